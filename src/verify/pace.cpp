#include <time.h>

#include "core/interrupt.h"
#include "verify/verify.h"

namespace backout::verify {
namespace {

// Of the boot: runs on while the machine sleeps, so that a stretch that nobody saw is a gap.
Time since_boot() {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return std::chrono::duration_cast<Time>(std::chrono::seconds(time.tv_sec) +
                                          std::chrono::nanoseconds(time.tv_nsec));
}

}  // namespace

Pace real_pace(Instant began) { return {began, since_boot, sleep_for, interrupted}; }

}  // namespace backout::verify
