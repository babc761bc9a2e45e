#include "core/interrupt.h"

#include <signal.h>

#include <algorithm>
#include <thread>

namespace backout {
namespace {

volatile sig_atomic_t wanted = 0;  // all that a signal handler may touch

void note(int /*signal*/) { wanted = 1; }

void handle(void (*function)(int)) {
  struct sigaction action {};
  action.sa_handler = function;
  action.sa_flags = function == SIG_DFL ? 0 : static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGHUP, &action, nullptr);
}

}  // namespace

Interrupts::Interrupts() {
  wanted = 0;
  handle(note);
}
Interrupts::~Interrupts() { handle(SIG_DFL); }

bool interrupted() { return wanted != 0; }

bool sleep_for(std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds slice{100};
  const auto end = std::chrono::steady_clock::now() + time;
  while (!interrupted()) {
    const auto left = end - std::chrono::steady_clock::now();
    if (left <= std::chrono::nanoseconds(0)) return true;
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(left, slice));
  }
  return false;
}

}  // namespace backout
