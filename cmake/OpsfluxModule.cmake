# Builds a module: its library, its tests, its web bundle, and the signed package of all.
#
# A module's CMakeLists.txt in this repository is one line, opsflux_module(<id>). Outside of it, it first includes
# this file from the SDK's folder; sdk/template shows both. What the module is called and which version it has is
# read from manifest.json and stands nowhere else.

# The SDK this file belongs to: the repository ("<root>/cmake", headers in sdk/include) or an installed SDK.
get_filename_component(OPSFLUX_SDK_ROOT ${CMAKE_CURRENT_LIST_DIR} DIRECTORY)
if(EXISTS ${OPSFLUX_SDK_ROOT}/sdk/include)
  set(OPSFLUX_SDK_INCLUDE ${OPSFLUX_SDK_ROOT}/sdk/include)
else()
  set(OPSFLUX_SDK_INCLUDE ${OPSFLUX_SDK_ROOT}/include)
endif()
set(OPSFLUX_MODULE_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})

# Told apart in the log and the ELF note. Fixed by default, so that the same sources give the same bytes.
set(OPSFLUX_MODULE_BUILD "local" CACHE STRING "Build id that modules carry in their ELF note")
set(OPSFLUX_MODULE_KEY "" CACHE STRING "Key that packages are signed with; empty: one made for this build folder")

# opsflux_module(<id>)
#
# Targets: <id>_module (the library), <id>_module_test (src/*_test.cpp, label "fast"), <id>_package (the signed
# ${CMAKE_BINARY_DIR}/packages/<id>-<version>.zip, part of "all"). The property OPSFLUX_PACKAGE of <id>_package
# is the ZIP's path.
function(opsflux_module id)
  set(folder ${CMAKE_CURRENT_SOURCE_DIR})
  opsflux_read_manifest(${folder} ${id} version abi_major abi_minor)

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/src/*.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")

  set(library "")
  if(sources)
    opsflux_module_library(${id} ${version} ${abi_major} ${abi_minor} "${sources}")
    set(library ${id}_module)
    if(tests)
      opsflux_module_tests(${id} "${tests}")
    endif()
  endif()
  opsflux_module_web(${id} ${folder} web)
  opsflux_module_package(${id} ${version} ${folder} "${library}" "${web}")
endfunction()

# Reads id, version and ABI from the manifest; the id must be the one the caller expects.
function(opsflux_read_manifest folder id version_variable major_variable minor_variable)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${folder}/manifest.json)
  file(READ ${folder}/manifest.json manifest)
  string(JSON manifest_id GET "${manifest}" id)
  if(NOT manifest_id STREQUAL id)
    message(FATAL_ERROR "${folder}/manifest.json is of the module \"${manifest_id}\", not \"${id}\".")
  endif()
  string(JSON version GET "${manifest}" version)
  string(JSON abi GET "${manifest}" abi)
  if(NOT abi MATCHES "^([0-9]+)\\.([0-9]+)$")
    message(FATAL_ERROR "${folder}/manifest.json: \"abi\" must be two numbers, for instance \"1.0\".")
  endif()
  set(${version_variable} ${version} PARENT_SCOPE)
  set(${major_variable} ${CMAKE_MATCH_1} PARENT_SCOPE)
  set(${minor_variable} ${CMAKE_MATCH_2} PARENT_SCOPE)
endfunction()

# The library with one exported symbol, needing nothing but the system's own libraries. The objects are a target of
# their own, because the tests link them too.
function(opsflux_module_library id version abi_major abi_minor sources)
  add_library(${id}_objects OBJECT ${sources})
  target_include_directories(${id}_objects PUBLIC ${OPSFLUX_SDK_INCLUDE} ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_compile_features(${id}_objects PUBLIC cxx_std_20)
  target_compile_definitions(${id}_objects PRIVATE
    OPSFLUX_MODULE_ID="${id}" OPSFLUX_MODULE_VERSION="${version}" OPSFLUX_MODULE_BUILD="${OPSFLUX_MODULE_BUILD}"
    OPSFLUX_MODULE_ABI_MAJOR=${abi_major} OPSFLUX_MODULE_ABI_MINOR=${abi_minor})
  set_target_properties(${id}_objects PROPERTIES
    CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  # Paths of this machine stay out of the file. STB_GNU_UNIQUE symbols would tie two versions of a module together.
  target_compile_options(${id}_objects PRIVATE -Wall -Wextra -ffile-prefix-map=${CMAKE_CURRENT_SOURCE_DIR}=${id}
    $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)

  add_library(${id}_module MODULE)
  target_link_libraries(${id}_module PRIVATE ${id}_objects)
  set_target_properties(${id}_module PROPERTIES
    PREFIX "" OUTPUT_NAME module SUFFIX .so NO_SONAME ON
    SKIP_BUILD_RPATH ON LINKER_LANGUAGE CXX
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/modules/${id}
    LINK_DEPENDS ${OPSFLUX_MODULE_CMAKE_DIR}/module.version)
  # GNU ld, whatever links the rest: mold 1.10 binds as -Bsymbolic says but does not write the flag that the
  # installer looks for.
  target_link_options(${id}_module PRIVATE -fuse-ld=bfd
    -Wl,-Bsymbolic -Wl,-z,now -Wl,-z,relro -Wl,-z,noexecstack -Wl,--as-needed
    -Wl,--version-script=${OPSFLUX_MODULE_CMAKE_DIR}/module.version
    $<$<CONFIG:Release>:-Wl,--strip-debug>)
  # Clang keeps the sanitizers' symbols in the program only, so that a library cannot be closed under -z defs.
  if(NOT (OPSFLUX_SANITIZE AND CMAKE_CXX_COMPILER_ID MATCHES Clang))
    target_link_options(${id}_module PRIVATE -Wl,-z,defs)
  endif()
endfunction()

function(opsflux_module_tests id tests)
  find_package(GTest QUIET)
  if(NOT GTest_FOUND)
    message(STATUS "GoogleTest is not installed: the tests of the module ${id} are left out.")
    return()
  endif()
  add_executable(${id}_module_test ${tests})
  target_link_libraries(${id}_module_test PRIVATE ${id}_objects GTest::gtest GTest::gmock GTest::gtest_main)
  target_compile_definitions(${id}_module_test PRIVATE OPSFLUX_MODULE_FOLDER="${CMAKE_CURRENT_SOURCE_DIR}")
  add_test(NAME ${id}_module_test COMMAND ${id}_module_test)
  set_tests_properties(${id}_module_test PROPERTIES LABELS fast TIMEOUT 300)
endfunction()

# Sets `output_variable` to the folder of the built web bundle, or to nothing when the module has none.
function(opsflux_module_web id folder output_variable)
  set(${output_variable} "" PARENT_SCOPE)
  if(NOT EXISTS ${folder}/web)
    return()
  endif()
  include(${OPSFLUX_MODULE_CMAKE_DIR}/OpsfluxWebModule.cmake)
  opsflux_web_module(${id}_web SOURCE ${folder}/web OUTPUT ${CMAKE_BINARY_DIR}/modules/${id}/web)
  set(${output_variable} ${CMAKE_BINARY_DIR}/modules/${id}/web PARENT_SCOPE)
endfunction()

# What runs the SDK's tool (built here, or of an installed SDK), and the target to wait for, if any.
function(opsflux_sdk_tool command_variable target_variable)
  if(TARGET opsflux-sdk)
    set(${command_variable} $<TARGET_FILE:opsflux-sdk> PARENT_SCOPE)
    set(${target_variable} opsflux-sdk PARENT_SCOPE)
    return()
  endif()
  find_program(OPSFLUX_SDK_TOOL opsflux-sdk HINTS ${OPSFLUX_SDK_ROOT} ENV OPSFLUX_SDK PATH_SUFFIXES bin)
  set(${command_variable} ${OPSFLUX_SDK_TOOL} PARENT_SCOPE)
  set(${target_variable} "" PARENT_SCOPE)
endfunction()

# How far a key that a build folder makes is trusted where it is enrolled: development keys are taken only by a
# server in development mode, which says so on every page.
set(OPSFLUX_MODULE_KEY_LEVEL development CACHE STRING "Trust level of the key that a build folder makes (development, private)")

# The key that packages are signed with. Without one of its own, a build folder makes its key once: the file waits
# for the tool but does not depend on it, so that a new tool does not change the key.
function(opsflux_module_key tool tool_target key_variable)
  if(OPSFLUX_MODULE_KEY)
    set(${key_variable} ${OPSFLUX_MODULE_KEY} PARENT_SCOPE)
    return()
  endif()
  set(key ${CMAKE_BINARY_DIR}/keys/local)
  set(${key_variable} ${key} PARENT_SCOPE)
  if(TARGET opsflux_module_key)
    return()
  endif()
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/keys)
  add_custom_command(
    OUTPUT ${key}
    COMMAND ${tool} keygen --out ${key} --level ${OPSFLUX_MODULE_KEY_LEVEL}
    COMMENT "Making the key that this build folder signs modules with"
    VERBATIM)
  add_custom_target(opsflux_module_key DEPENDS ${key})
  if(tool_target)
    add_dependencies(opsflux_module_key ${tool_target})
  endif()
endfunction()

# Packs what belongs into the package and signs it. `library` is a target, a file, or nothing.
function(opsflux_module_package id version folder library web)
  opsflux_sdk_tool(tool tool_target)
  if(NOT tool)
    message(WARNING "opsflux-sdk was not found, so ${id} is built but not packed: put it on the PATH, or give "
                    "-DOPSFLUX_SDK_TOOL=<file>.")
    return()
  endif()
  opsflux_module_key("${tool}" "${tool_target}" key)
  set(zip ${CMAKE_BINARY_DIR}/packages/${id}-${version}.zip)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)

  file(GLOB_RECURSE content CONFIGURE_DEPENDS ${folder}/manifest.json ${folder}/entities/* ${folder}/migrations/*
       ${folder}/triggers/* ${folder}/i18n/* ${folder}/templates/* ${folder}/demo/*)
  set(parts "")
  if(TARGET "${library}")
    list(APPEND parts --library $<TARGET_FILE:${library}>)
    list(APPEND content ${library})
  elseif(library)
    list(APPEND parts --library ${library})
    list(APPEND content ${library})
  endif()
  if(web)
    list(APPEND parts --web ${web})
    list(APPEND content ${web}.stamp)
  endif()
  add_custom_command(
    OUTPUT ${zip}
    COMMAND ${tool} pack --module ${folder} ${parts} --out ${zip}.unsigned
    COMMAND ${tool} sign --key ${key} ${zip}.unsigned
    COMMAND ${CMAKE_COMMAND} -E rename ${zip}.unsigned ${zip}
    DEPENDS ${content} ${key} ${tool_target}
    COMMENT "Packing and signing ${id} ${version}"
    VERBATIM)
  add_custom_target(${id}_package ALL DEPENDS ${zip})
  set_target_properties(${id}_package PROPERTIES OPSFLUX_PACKAGE ${zip})
  if(TARGET opsflux_module_key)
    add_dependencies(${id}_package opsflux_module_key)
  endif()
  if(web)
    add_dependencies(${id}_package ${id}_web)
  endif()
endfunction()
