#include "report/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>

namespace backout::report {
namespace {

using namespace std::chrono_literals;

std::string variable(const char* name) {
  const char* const value =
      std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here sets variables
  return value ? value : "";
}

// Tools agree that 0 and false ask for nothing.
bool is_set(std::string_view value) { return !value.empty() && value != "0" && value != "false"; }

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void put(int fd, std::string_view text) {
  if (::write(fd, text.data(), text.size()) < 0) return;  // nobody looks: nothing lost
}

}  // namespace

ColorChoice color_choice(std::string_view word) {
  if (word == "always") return ColorChoice::always;
  if (word == "never") return ColorChoice::never;
  return ColorChoice::automatic;
}

Screen screen_of(int fd) {
  Screen screen;
  screen.is_terminal = ::isatty(fd) == 1;
  winsize size{};
  if (screen.is_terminal && ::ioctl(fd, TIOCGWINSZ, &size) == 0) screen.columns = size.ws_col;
  screen.no_color = variable("NO_COLOR");
  screen.clicolor_force = variable("CLICOLOR_FORCE");
  screen.force_color = variable("FORCE_COLOR");
  screen.term = variable("TERM");
  screen.columns_variable = variable("COLUMNS");
  return screen;
}

bool use_color(ColorChoice choice, const Screen& screen) {
  if (choice != ColorChoice::automatic) return choice == ColorChoice::always;
  if (!screen.no_color.empty()) return false;
  if (is_set(screen.clicolor_force) || is_set(screen.force_color)) return true;
  return screen.is_terminal && screen.term != "dumb";
}

std::size_t width(const Screen& screen) {
  if (!screen.is_terminal) return 0;
  if (screen.columns > 0) return screen.columns;
  std::size_t columns = 0;
  const std::string& text = screen.columns_variable;
  std::from_chars(text.data(), text.data() + text.size(), columns);
  return columns > 0 ? columns : 80;
}

Progress::Progress(int fd, std::string_view what, std::size_t total)
    : fd_(fd),
      enabled_(::isatty(fd) == 1 && variable("TERM") != "dumb"),
      what_(what),
      total_(total),
      next_(now() + std::chrono::nanoseconds(1s).count()) {}

Progress::~Progress() {
  if (shown_) put(fd_, "\r\x1b[K");
}

void Progress::done_one() {
  const std::size_t done = done_.fetch_add(1, std::memory_order_relaxed) + 1;
  if (!enabled_) return;
  std::int64_t due = next_.load(std::memory_order_relaxed);
  const std::int64_t time = now();
  if (time < due ||
      !next_.compare_exchange_strong(due, time + std::chrono::nanoseconds(100ms).count()))
    return;
  shown_ = true;
  put(fd_, fmt::format("\r{} of {} {}\x1b[K", done, total_, what_));
}

}  // namespace backout::report
