#include <fmt/format.h>

#include <string>
#include <variant>

#include "argo/subject.h"
#include "core/chain.h"
#include "core/rule.h"

namespace backout {
namespace {

using argo::MigrationOrder;

// What old code no longer finds: in words; empty: nothing of the kind.
std::string taken_by(const MigrationChange& change) {
  std::string found;
  for (const ParsedMigration& migration : change.migrations) {
    if (!runs(migration)) continue;
    for_each_operation(migration.up, [&](const ParsedSection&, const sql::Statement&,
                                         const sql::Operation& operation) {
      if (!found.empty()) return;
      if (const auto* const drop = std::get_if<sql::Drop>(&operation.action)) {
        if (drop->kind == sql::ObjectKind::table || drop->kind == sql::ObjectKind::view)
          found = fmt::format("drops `{}`", drop->name.name);
      } else if (const auto* const column = std::get_if<sql::DropColumn>(&operation.action)) {
        found = fmt::format("drops `{}.{}`", column->table.name, column->column);
      } else if (const auto* const rename = std::get_if<sql::Rename>(&operation.action)) {
        if (rename->kind == sql::ObjectKind::table)
          found = fmt::format("renames `{}`", rename->name.name);
        if (rename->kind == sql::ObjectKind::column)
          found = fmt::format("renames `{}.{}`", rename->name.name, rename->part);
      } else if (const auto* const type = std::get_if<sql::AlterColumnType>(&operation.action)) {
        found = fmt::format("changes the type of `{}.{}`", type->table.name, type->column);
      }
    });
  }
  return found;
}

void check(const ManifestContext& context, Report& report) {
  for (const ChainLink& link : chain(context)) {
    if (link.step.order != MigrationOrder::before_code &&
        link.step.order != MigrationOrder::at_start)
      continue;
    const std::string taken = taken_by(*link.change);
    if (taken.empty()) continue;
    for (const argo::RolloutSubject& subject : context.subjects.rollouts) {
      if (subject.object.kind != argo::ObjectKind::rollout || !subject.rollout.canary ||
          subject.rollout.steps.empty() || !argo::same_folder(subject.object, *link.step.object))
        continue;
      const argo::Timeline& line = subject.line;
      const std::string time =
          line.waits_for_human ? "until somebody promotes it"
                               : fmt::format("for at least {}", argo::show_duration(line.floor));
      report.at(
          begin_of(*link.first), {"migration", link.first->name},
          fmt::format("the change {} before the canary of Rollout `{}` starts: its stable pods, "
                      "the old code, serve {} on the new schema, and an abort goes back to "
                      "them",
                      taken, subject.object.full_name(), time),
          {.notes = {{link.step.object->at(*link.step.migrator.container), "the migration step"},
                     {subject.object.at(), "the canary"}}});
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule release_contract_under_canary{
    .id = "release/contract-under-canary",
    .summary = "a migration takes away what the stable pods of a canary still use",
    .letters = "a",
    .severity = Severity::warning,
    .why =
        "In a canary old and new code serve side by side for the whole rollout, and an abort means "
        "the old code serves alone again. Where a PreSync hook has taken away a column before, the "
        "old pods fail from the first minute, with the canary still at its first weight, and the "
        "abort leads back to what fails.",
    .instead =
        "1. Expand and contract: take the thing away in a later release, when no code uses it any "
        "longer.\n"
        "2. If it cannot wait: blue-green with the migration in a PreSync hook, manual promotion, "
        "a smoke test before the promotion, and a short time until the old pods go.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
