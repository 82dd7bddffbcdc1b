# Builds front ends: the packages they need, and a module's own bundle.

find_program(NODE_PROGRAM node REQUIRED)
find_program(FLOCK_PROGRAM flock REQUIRED)

# opsflux_npm_packages(<stamp variable> <folder>)
#
# A file that exists once the folder's packages are installed as its package-lock.json says. node_modules lies in
# the source tree, which several build folders share; hence the lock and the check inside install.mjs.
function(opsflux_npm_packages stamp_variable folder)
  string(MAKE_C_IDENTIFIER "${folder}" name)
  set(stamp ${CMAKE_BINARY_DIR}/npm/${name}.stamp)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/npm)
  get_property(known GLOBAL PROPERTY opsflux_npm_${name})
  if(NOT known)
    set_property(GLOBAL PROPERTY opsflux_npm_${name} TRUE)
    add_custom_command(
      OUTPUT ${stamp}
      COMMAND ${FLOCK_PROGRAM} ${folder}/package-lock.json
              ${NODE_PROGRAM} ${CMAKE_SOURCE_DIR}/sdk/web/install.mjs ${folder}
      COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
      DEPENDS ${folder}/package-lock.json ${CMAKE_SOURCE_DIR}/sdk/web/install.mjs
      COMMENT "Installing the web packages of ${folder}"
      VERBATIM)
    add_custom_target(opsflux_npm_${name} DEPENDS ${stamp})
  endif()
  set(${stamp_variable} ${stamp} PARENT_SCOPE)
  set(${stamp_variable}_target opsflux_npm_${name} PARENT_SCOPE)
endfunction()

# opsflux_web_module(<target> SOURCE <folder> OUTPUT <folder>)
#
# Builds a module's front end (React and @opsflux/ui stay imports) to index.js and, with styles, index.css in
# OUTPUT. The target owns a stamp beside OUTPUT, ${OUTPUT}.stamp, for the custom command that packs the module.
function(opsflux_web_module target)
  cmake_parse_arguments(arg "" "SOURCE;OUTPUT" "" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${arg_SOURCE}/*.ts ${arg_SOURCE}/*.tsx ${arg_SOURCE}/*.css
       ${arg_SOURCE}/*.json ${arg_SOURCE}/*.svg)
  list(FILTER sources EXCLUDE REGEX "/node_modules/")
  opsflux_npm_packages(packages ${CMAKE_SOURCE_DIR}/sdk/web)
  add_custom_command(
    OUTPUT ${arg_OUTPUT}.stamp
    COMMAND ${NODE_PROGRAM} ${CMAKE_SOURCE_DIR}/sdk/web/build.mjs ${arg_SOURCE} ${arg_OUTPUT}
    COMMAND ${CMAKE_COMMAND} -E touch ${arg_OUTPUT}.stamp
    DEPENDS ${sources} ${packages} ${CMAKE_SOURCE_DIR}/sdk/web/build.mjs
    COMMENT "Building the front end of ${target}"
    VERBATIM)
  add_custom_target(${target} DEPENDS ${arg_OUTPUT}.stamp)
  add_dependencies(${target} ${packages_target})
endfunction()
