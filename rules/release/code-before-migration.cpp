#include <fmt/format.h>

#include <string>
#include <string_view>
#include <variant>

#include "core/chain.h"
#include "core/rule.h"

namespace backout {
namespace {

using argo::MigrationOrder;

std::string_view words(MigrationOrder order) {
  switch (order) {
    case MigrationOrder::with_code:
      return "in the same wave as the code, so either may be first";
    case MigrationOrder::after_code:
      return "after the code is deployed";
    case MigrationOrder::canary_first:
      return "in an analysis, when pods of the canary run already";
    default:
      return {};
  }
}

// What new code is likely to use: a table or a column that was not there.
std::string added_by(const MigrationChange& change) {
  std::string found;
  for (const ParsedMigration& migration : change.migrations) {
    if (!runs(migration)) continue;
    for_each_operation(migration.up, [&](const ParsedSection&, const sql::Statement&,
                                         const sql::Operation& operation) {
      if (!found.empty()) return;
      if (const auto* const table = std::get_if<sql::CreateTable>(&operation.action))
        found = fmt::format("table `{}`", table->name.name);
      if (const auto* const column = std::get_if<sql::AddColumn>(&operation.action))
        found = fmt::format("column `{}.{}`", column->table.name, column->column.name);
    });
  }
  return found;
}

void check(const ManifestContext& context, Report& report) {
  for (const ChainLink& link : chain(context)) {
    const std::string_view order = words(link.step.order);
    if (order.empty()) continue;
    const std::string added = added_by(*link.change);
    if (added.empty()) continue;
    report.at(
        begin_of(*link.first), {"migration", link.first->name},
        fmt::format("{} migrates {}: until it has ended, new code that uses {} fails",
                    title(link.step), order, added),
        {.notes = {{link.step.object->at(*link.step.migrator.container), "the migration step"}}});
  }
}

}  // namespace

namespace rules {
extern constinit const Rule release_code_before_migration{
    .id = "release/code-before-migration",
    .summary = "new code may run before the migration it needs",
    .letters = "b",
    .severity = Severity::warning,
    .why =
        "A migration that adds something is harmless to old code; new code that starts first asks "
        "for a column or a table that is not there. A PostSync hook, a Helm post-upgrade hook, a "
        "Job in the wave of the Deployment and a Job in an analysis of the rollout all let the "
        "code start first; a failed migration then leaves it running without its schema.",
    .instead =
        "1. Run the migration in a PreSync hook (Helm: pre-upgrade), or in an earlier sync wave "
        "than the code.\n"
        "2. Or deploy the migration one release before the code that uses it.",
    .references = "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
