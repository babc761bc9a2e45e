// Ctrl-C as an answer to "how long shall we wait?", so that a command that waits can end with what
// it knows so far. The second Ctrl-C ends the program as usual.
#pragma once

#include <chrono>
#include <memory>

namespace backout::cli {

// SIGINT, SIGTERM and SIGHUP, kept waiting as long as it lives. Made before other threads are,
// which inherit that.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // True: one of them has come. From any thread.
  [[nodiscard]] bool came() const;
  // Waits so long, or until one comes. True: one has come.
  [[nodiscard]] bool wait(std::chrono::milliseconds time) const;

 private:
  struct Signals;
  std::unique_ptr<Signals> signals_;
};

}  // namespace backout::cli
