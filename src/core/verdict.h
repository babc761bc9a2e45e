// The one decision a run ends with, and the exit code that says it to scripts. Never a pass for
// what was not looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.h"
#include "core/result.h"

namespace backout {

enum class Decision : std::uint8_t { pass, block, undecided };
[[nodiscard]] std::string_view to_string(Decision decision);
[[nodiscard]] std::string_view to_string(Severity severity);

struct Counts {
  std::size_t errors = 0, warnings = 0, notes = 0;
  [[nodiscard]] std::size_t total() const { return errors + warnings + notes; }
};
[[nodiscard]] Counts count(std::span<const Finding> findings);

struct Verdict {
  Decision decision = Decision::undecided;
  std::vector<std::string> reasons;  // why it blocks or is undecided, each a clause
  int exit_code = 3;                 // 0 pass, 1 block, 2 usage or configuration, 3 undecided
};

struct VerdictInput {
  Counts counts;  // of all findings, also those that were left out of the report
  std::span<const std::string> limits;  // bounds that were hit
  std::span<const Error> errors;        // what could not be done
  std::size_t judged = 0;               // inputs
  bool allow_empty = false;             // nothing to judge is fine
};
// Block wins over everything: it is true whatever else was not seen. Then wrong usage (2), then
// undecided (3).
[[nodiscard]] Verdict decide(const VerdictInput& input);

}  // namespace backout
