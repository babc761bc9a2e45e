// Ctrl-C, the SIGTERM of a CI system and the SIGHUP of a closed terminal, as a wish to stop at the
// next place where that is safe. The second one ends the process as usual.
#pragma once

#include <chrono>

namespace backout {

// While one lives, signals are caught. One at a time.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
};

[[nodiscard]] bool interrupted();
// False, and at once or nearly so, when interrupted.
[[nodiscard]] bool sleep_for(std::chrono::milliseconds time);

}  // namespace backout
