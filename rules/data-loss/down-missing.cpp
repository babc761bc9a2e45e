#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

void check(const MigrationChange& change, const Config&, Report& report) {
  for (const ParsedMigration& migration : change.migrations) {
    if (!runs(migration) || migration.repeatable || migration.baseline ||
        !migration.has_down_form || !migration.down.empty() || migration.up.empty())
      continue;
    const ParsedSection& section = migration.up.front();
    report.at({section.source, {section.span.begin, section.span.begin}},
              {"migration", migration.name},
              fmt::format("migration `{}` has no down part: the tool cannot undo it; add one, or "
                          "plan to go back with a new migration",
                          migration.version));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule data_loss_down_missing{
    .id = "data-loss/down-missing",
    .summary = "a migration has no down part though the tool supports them",
    .letters = "c",
    .severity = Severity::off,
    .why =
        "Off by default: the safe way back is the previous release on the new schema, not a down "
        "migration. Teams that rely on their tool's down command turn it on, since that command "
        "stops at the first migration without one.",
    .instead =
        "1. Add the down part and try it on a copy of the data.\n2. Or decide that the schema only "
        "goes forward, and leave this rule off.",
    .references =
        "https://github.com/golang-migrate/migrate/blob/master/MIGRATIONS.md#reversibility-of-"
        "migrations",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
