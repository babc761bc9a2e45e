# The libraries, all from Debian packages (12 or 13). `backout_libraries` is what the core links.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(tl-expected REQUIRED)
find_package(simdjson REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(CURL REQUIRED)
pkg_check_modules(git2 REQUIRED IMPORTED_TARGET libgit2)
pkg_check_modules(yaml_cpp REQUIRED IMPORTED_TARGET yaml-cpp)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(deflate REQUIRED IMPORTED_TARGET libdeflate)

# libpg_query has neither a CMake nor a pkg-config file. The archive starts faster than the shared library.
find_path(PG_QUERY_INCLUDE pg_query.h REQUIRED)
find_library(PG_QUERY_LIBRARY NAMES libpg_query.a pg_query REQUIRED)
add_library(pg_query INTERFACE IMPORTED)
target_include_directories(pg_query INTERFACE ${PG_QUERY_INCLUDE})
target_link_libraries(pg_query INTERFACE ${PG_QUERY_LIBRARY})

# The parser makes millions of small objects: an eighth of the time goes with this allocator. Sanitizers bring their own.
if(NOT BACKOUT_SANITIZE)
  find_library(MIMALLOC mimalloc REQUIRED)
endif()

# libcurl is loaded when a command asks a server (src/http/libcurl.h).
add_library(curl_headers INTERFACE IMPORTED)
target_include_directories(curl_headers INTERFACE ${CURL_INCLUDE_DIRS})

set(backout_libraries pg_query fmt::fmt tl::expected simdjson::simdjson PkgConfig::git2
    PkgConfig::yaml_cpp PkgConfig::re2 PkgConfig::deflate curl_headers CLI11::CLI11 nlohmann_json::nlohmann_json Threads::Threads
    ${CMAKE_DL_LIBS})
