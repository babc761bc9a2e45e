# How our own code is compiled: standard, warnings, sanitizers; ccache and mold when they are there.
include(CheckLinkerFlag)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-g1")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

add_compile_options(-Wall -Wextra -Wshadow -Wconversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  add_compile_options(-Wno-restrict)  # wrong about std::string's operator+ (GCC bug 105651)
endif()

set(BACKOUT_SANITIZE "" CACHE STRING "sanitizers, for example: address,undefined")
if(BACKOUT_SANITIZE)
  # The checks left out double the time to compile, and AddressSanitizer sees what they would.
  add_compile_options(-fsanitize=${BACKOUT_SANITIZE} -fno-sanitize-recover=all
                      -fno-sanitize=null,alignment,object-size,vptr -fno-omit-frame-pointer -O1)
  add_link_options(-fsanitize=${BACKOUT_SANITIZE})
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# Headers that most files of a target need are read once: rules compile three times as quickly, tests a
# fifth. Not with a cache, which does better, and shares its files between folders; and not for all of
# our own code, where g++ 12 gives more and more wrong warnings then.
function(precompile target)
  if(CCACHE)
    return()
  endif()
  target_precompile_headers(${target} PRIVATE ${ARGN})
  # g++ 12 inlines more with them, and is wrong about std::string then (GCC bug 105329).
  target_compile_options(${target} PRIVATE -Wno-array-bounds -Wno-stringop-overflow)
endfunction()

check_linker_flag(CXX -fuse-ld=mold HAVE_MOLD)
if(HAVE_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
