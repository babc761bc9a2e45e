// What the reader's screen can do, and what the reader asked for: colour, width, a progress line.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace backout::report {

enum class ColorChoice : std::uint8_t { automatic, always, never };
[[nodiscard]] ColorChoice color_choice(std::string_view word);  // auto, always, never

// What there is to decide from. Empty strings stand for variables that are not set: both mean the
// same to all of these.
struct Screen {
  bool is_terminal = false;
  std::size_t columns = 0;  // as the terminal says; 0: it does not
  std::string no_color, clicolor_force, force_color, term, columns_variable;
};
[[nodiscard]] Screen screen_of(int fd);

// The flag, else NO_COLOR (https://no-color.org), else CLICOLOR_FORCE or FORCE_COLOR
// (https://bixense.com/clicolors), else: a terminal that is not dumb.
[[nodiscard]] bool use_color(ColorChoice choice, const Screen& screen);
// The terminal's, else COLUMNS, else 80; 0 when it is no terminal, where nothing is fitted to a
// width.
[[nodiscard]] std::size_t width(const Screen& screen);

// One line on standard error that appears when work has taken a second and goes away at the end.
// Any thread may count.
class Progress {
 public:
  // `what`: "migrations". Silent unless `fd` is a terminal.
  Progress(int fd, std::string_view what, std::size_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void done_one();

 private:
  const int fd_;
  const bool enabled_;
  const std::string_view what_;
  const std::size_t total_;
  std::atomic<std::size_t> done_{0};
  std::atomic<std::int64_t> next_;  // nanoseconds of the steady clock: when to write again
  std::atomic<bool> shown_{false};
};

}  // namespace backout::report
