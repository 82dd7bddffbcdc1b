# opsflux_layer(<name> [DEPENDS <layer>...] [LIBS <target>...] [ALONE <filter>])
#
# Makes the static library opsflux_<name> from every .cpp of the current folder and the test
# programs beside it: *_db_test.cpp become <name>_db_test (label "db", needs a database server),
# other *_test.cpp become <name>_test (label "fast", needs no server). The tests of <name>_db_test that ALONE names by a
# filter of GoogleTest take the server away from everybody, so they run when nothing else does.
function(opsflux_layer name)
  cmake_parse_arguments(arg "" "ALONE" "DEPENDS;LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(fast_tests ${sources})
  list(FILTER fast_tests INCLUDE REGEX "_test\\.cpp$")
  set(db_tests ${fast_tests})
  list(FILTER db_tests INCLUDE REGEX "_db_test\\.cpp$")
  list(FILTER fast_tests EXCLUDE REGEX "_db_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")

  set(target opsflux_${name})
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR})
  foreach(layer IN LISTS arg_DEPENDS)
    target_link_libraries(${target} PUBLIC opsflux_${layer})
  endforeach()
  target_link_libraries(${target} PUBLIC ${arg_LIBS})
  opsflux_precompile(${target})

  opsflux_tests(${name}_test LABEL fast LAYER ${target} SOURCES ${fast_tests})
  opsflux_tests(${name}_db_test LABEL db LAYER ${target} SOURCES ${db_tests} ALONE "${arg_ALONE}")
endfunction()

# opsflux_tests(<program> LABEL <label> LAYER <target> SOURCES <file>... [ALONE <filter>]): one GoogleTest program.
function(opsflux_tests program)
  cmake_parse_arguments(arg "" "LABEL;LAYER;TIMEOUT;ALONE" "SOURCES" ${ARGN})
  if(NOT arg_SOURCES)
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  add_executable(${program} ${arg_SOURCES})
  target_link_libraries(${program} PRIVATE ${arg_LAYER} GTest::gtest GTest::gmock GTest::gtest_main)
  opsflux_precompile(${program})
  if(arg_ALONE)
    add_test(NAME ${program} COMMAND ${program} --gtest_filter=-${arg_ALONE})
    add_test(NAME ${program}_alone COMMAND ${program} --gtest_filter=${arg_ALONE})
    set_tests_properties(${program}_alone PROPERTIES LABELS "${arg_LABEL}" TIMEOUT ${arg_TIMEOUT} RUN_SERIAL TRUE)
  else()
    add_test(NAME ${program} COMMAND ${program})
  endif()
  set_tests_properties(${program} PROPERTIES LABELS "${arg_LABEL}" TIMEOUT ${arg_TIMEOUT})
  if(arg_LABEL STREQUAL db)
    # Their databases lie beside the same one, whose leftovers a test of the store sweeps away.
    set_tests_properties(${program} PROPERTIES RESOURCE_LOCK postgresql)
  endif()
endfunction()

# The standard headers and nlohmann/json are compiled once for all targets.
function(opsflux_precompile target)
  if(target STREQUAL opsflux_base)
    target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch.hpp)
  else()
    target_precompile_headers(${target} REUSE_FROM opsflux_base)
  endif()
endfunction()
