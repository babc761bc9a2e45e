// What commands need that wait for a recovery: the real time, and what is shown meanwhile. On a
// terminal that is one line for each query, drawn again and again; else one line for each change.
#pragma once

#include <cstddef>
#include <vector>

#include "cli/cli.h"
#include "core/clock.h"
#include "verify/verify.h"

namespace backout::cli {
// LC_ALL=C and its kin.
[[nodiscard]] bool is_ascii_locale();

class VerifyProgress {
 public:
  VerifyProgress(const Streams& streams, bool quiet, bool ascii);
  ~VerifyProgress();  // takes the lines away
  VerifyProgress(const VerifyProgress&) = delete;
  VerifyProgress& operator=(const VerifyProgress&) = delete;

  void show(const verify::Report& report);

 private:
  void draw(const verify::Report& report);
  void tell(const verify::Report& report);
  void put(std::string_view text) const;

  const Streams& streams_;
  const bool quiet_, ascii_;
  bool terminal_ = false, began_ = false;
  std::size_t drawn_ = 0;          // lines on the screen
  std::vector<std::size_t> told_;  // events, for each check
};

}  // namespace backout::cli
