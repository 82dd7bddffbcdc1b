# What every target is compiled with. Sanitizers and optimisation come from the preset.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

set(OPSFLUX_SANITIZE "" CACHE STRING "Sanitizers, as given to -fsanitize= (address,undefined or thread)")

option(OPSFLUX_FAULT_POINTS "Places at which the fault tests kill the server; never in what is shipped" OFF)

# opsflux_fault_points(<file>...): the only files of the current folder that the option is for, so that turning it
# on and off compiles three files and not the whole tree.
function(opsflux_fault_points)
  if(OPSFLUX_FAULT_POINTS)
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_DEFINITIONS OPSFLUX_FAULT_POINTS)
  endif()
endfunction()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Precompiled headers are only cached when ccache may trust their defines and times.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

# One set of code generation flags for libraries and programs alike, or the precompiled header cannot be shared.
add_compile_options(-fPIC -pthread)
add_compile_options(-Wall -Wextra -Wpedantic $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor> -fpch-preprocess)
if(OPSFLUX_SANITIZE)
  add_compile_options(-fsanitize=${OPSFLUX_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${OPSFLUX_SANITIZE})
else()
  add_compile_options(-fstack-protector-strong)
  add_link_options(-Wl,-z,relro,-z,now)
endif()

find_package(Threads REQUIRED)
find_package(GTest REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(SPDLOG REQUIRED IMPORTED_TARGET spdlog)
