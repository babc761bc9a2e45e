// The built program, run as users run it: in a folder, with an environment of its own, and with
// what it took measured. A run that does not end is killed.
#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "repo.h"

namespace backout::test {

// Sanitizers take several times the time and memory.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr unsigned slowdown = 10;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr unsigned slowdown = 10;
#else
inline constexpr unsigned slowdown = 1;
#endif
#else
inline constexpr unsigned slowdown = 1;
#endif

struct Ended {
  int code = 0;  // 128 + N: killed by signal N
  std::string out, err;
  double seconds = 0;  // of processors, so that a busy machine does not count
  std::size_t peak_bytes = 0;
};

struct Setting {
  Environment environment{};           // on top of PATH and an empty git configuration
  std::string input{};                 // standard input
  bool merged = false;                 // standard error goes where standard output goes
  std::string program{};               // instead of the built one
  std::function<void(int)> started{};  // called with its process id
};

// Runs `backout WORDS…` in `directory`.
Ended backout(const std::string& directory, const std::vector<std::string>& words,
              const Setting& setting = {});
// The same with `--format json`; a report that does not fit its schema fails the test. Null when
// none was printed.
nlohmann::json report(const std::string& directory, std::vector<std::string> words,
                      const Setting& setting = {}, Ended* ended = nullptr);

// What of a report most tests are about: "block compat/drop-column@db/2.sql:1 …", places in order.
std::string gist(const nlohmann::json& report);

}  // namespace backout::test
