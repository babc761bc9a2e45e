#include "core/verdict.h"

#include <fmt/format.h>

#include <algorithm>

namespace backout {

std::string_view to_string(Decision decision) {
  constexpr std::string_view words[] = {"pass", "block", "undecided"};
  return words[static_cast<std::size_t>(decision)];
}

std::string_view to_string(Severity severity) {
  constexpr std::string_view words[] = {"off", "note", "warning", "error"};
  return words[static_cast<std::size_t>(severity)];
}

Counts count(std::span<const Finding> findings) {
  Counts counts;
  for (const Finding& finding : findings) {
    counts.errors += finding.severity == Severity::error;
    counts.warnings += finding.severity == Severity::warning;
    counts.notes += finding.severity == Severity::note;
  }
  return counts;
}

Verdict decide(const VerdictInput& input) {
  Verdict verdict;
  const auto is_usage = [](const Error& error) {
    return error.kind == ErrorKind::usage || error.kind == ErrorKind::input;
  };
  if (input.counts.errors > 0)
    verdict.reasons.push_back(fmt::format("{} {} of level error", input.counts.errors,
                                          input.counts.errors == 1 ? "finding" : "findings"));
  for (const Error& error : input.errors) verdict.reasons.push_back(error.message);
  for (const std::string& limit : input.limits) verdict.reasons.push_back(limit);
  const bool incomplete = !input.errors.empty() || !input.limits.empty();
  const bool empty = input.judged == 0 && !input.allow_empty;
  if (empty && !incomplete)
    verdict.reasons.emplace_back("nothing was judged; `--allow-empty` lets that pass");

  if (input.counts.errors > 0) {
    verdict.decision = Decision::block;
    verdict.exit_code = 1;
  } else if (incomplete || empty) {
    verdict.decision = Decision::undecided;
    verdict.exit_code = std::any_of(input.errors.begin(), input.errors.end(), is_usage) ? 2 : 3;
  } else {
    verdict.decision = Decision::pass;
    verdict.exit_code = 0;
  }
  return verdict;
}

}  // namespace backout
