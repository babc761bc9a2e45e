// The signals stay blocked and pending; sigtimedwait() takes one out, and then they work as before.
#include "cli/interrupt.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>

namespace backout::cli {
namespace {

constexpr std::array all = {SIGINT, SIGTERM, SIGHUP};

}  // namespace

struct Interrupt::Signals {
  sigset_t ours{}, before{};
  mutable std::atomic<bool> came{false};

  [[nodiscard]] bool take(std::chrono::milliseconds time) const {
    if (came) return true;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const timespec limit{static_cast<time_t>(seconds.count()),
                         static_cast<long>((time - seconds).count()) * 1'000'000};
    if (::sigtimedwait(&ours, nullptr, &limit) < 0) return false;
    came = true;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return true;
  }
};

Interrupt::Interrupt() : signals_(std::make_unique<Signals>()) {
  ::sigemptyset(&signals_->ours);
  for (const int one : all) {
    struct sigaction action {};
    // What nohup and shells in the background let be ignored stays so.
    if (::sigaction(one, nullptr, &action) == 0 && action.sa_handler != SIG_IGN)
      ::sigaddset(&signals_->ours, one);
  }
  ::pthread_sigmask(SIG_BLOCK, &signals_->ours, &signals_->before);
}

// One that came and was answered must not end the program now.
Interrupt::~Interrupt() {
  (void)signals_->take(std::chrono::milliseconds(0));
  ::pthread_sigmask(SIG_SETMASK, &signals_->before, nullptr);
}

// Of other threads: taking the signal is for the one that waits.
bool Interrupt::came() const {
  if (signals_->came) return true;
  sigset_t pending{};
  ::sigpending(&pending);
  return std::any_of(all.begin(), all.end(), [&](int one) {
    return ::sigismember(&pending, one) == 1 && ::sigismember(&signals_->ours, one) == 1;
  });
}

bool Interrupt::wait(std::chrono::milliseconds time) const {
  return signals_->take(std::max(time, std::chrono::milliseconds(0)));
}

}  // namespace backout::cli
