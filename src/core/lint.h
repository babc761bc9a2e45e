// The engine: a history's released migrations build the catalog, each change on top is compared
// with it and judged by the rules that are on.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/change.h"
#include "core/config.h"
#include "core/finding.h"
#include "core/rule.h"

namespace backout {

// The rules that are on, by what they subscribe to.
struct ActiveRule {
  const Rule* rule;
  Severity level;
};
struct RuleSet {
  std::vector<ActiveRule> by_subject[std::variant_size_v<Check>];
};
// Null: it is off, or there is none.
[[nodiscard]] const ActiveRule* find_active(const RuleSet& rules, std::string_view id);
// Levels: a rule's own, else its family's, else its default. `only`: just these ids, for tests.
[[nodiscard]] RuleSet active_rules(const Config& config,
                                   std::span<const std::string_view> only = {});

// One database: changes one after another, each on top of those before it; the released ones only
// build the catalog.
struct HistoryInput {
  const sql::History* history = nullptr;
  std::optional<ParsedSection> schema_dump{};  // starting point, when configured
  std::vector<MigrationChange> changes{};
};

struct HistoryResult {
  std::vector<Finding> findings;  // in the order of the changes
  bool complete = true;           // false: migrations named objects that none of them creates
  std::size_t statements = 0;     // judged
};
[[nodiscard]] HistoryResult lint(const HistoryInput& input, const Config& config,
                                 const RuleSet& rules);

}  // namespace backout
