// Ignore comments: `-- backout:ignore RULE[, RULE…] reason`, on the line before a statement, inside
// it or behind it on its last line. One that stands before a file's first statement also covers
// findings that belong to no statement. An ignore without a reason has no effect; that, an unknown
// rule and an ignore that hides nothing are findings (rules/hygiene/ignore-*.cpp hold their words).
// In manifests the comment reads `# backout:ignore …` or is an annotation; what it covers is told
// in core/manifest_comments.h.
#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "argo/manifest.h"
#include "core/finding.h"
#include "core/lint.h"
#include "sql/parse.h"

namespace backout {

// A part of a file that was judged.
struct JudgedScript {
  const Source* source = nullptr;
  const sql::Script* script = nullptr;
};

// One rule that one comment switches off for one statement.
struct IgnoreInForce {
  std::string_view rule;
  Location location;  // of the comment
  std::string reason;
  std::vector<ObjectRef> hidden;   // of the findings it took out, in their order; never empty
  Severity worst = Severity::off;  // of them
};

// What stands behind `backout:ignore`: "RULE[, RULE…] reason", as written.
struct IgnoreWords {
  std::vector<std::string_view> rules;
  std::string_view reason;
};
[[nodiscard]] IgnoreWords read_ignore(std::string_view text);

// Takes the ignored findings out of `findings` and adds those about the comments themselves, at
// their levels in `rules`. `errors_stay`: where breaks need an approval (core/exceptions.h) a
// comment accepts no error of a migration; it stays and says so.
[[nodiscard]] std::vector<IgnoreInForce> apply_ignores(std::vector<Finding>& findings,
                                                       std::span<const JudgedScript> scripts,
                                                       const RuleSet& rules,
                                                       const std::deque<argo::File>& manifests = {},
                                                       bool errors_stay = false);

// The rules that comments of a file switch off, one entry for each time.
[[nodiscard]] std::vector<std::string_view> ignored_rules(const Source& file);

}  // namespace backout
