#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

void check(const MigrationChange& change, const Config&, Report& report) {
  for (const ParsedMigration& migration : change.migrations) {
    if (!runs(migration) || migration.down.empty() || has_effect(migration.down) ||
        !has_effect(migration.up))
      continue;
    const ParsedSection& section = migration.down.front();
    const auto& statements = section.script->statements;
    const Span place =
        statements.empty() ? Span{section.span.begin, section.span.begin} : statements.front().span;
    report.statement_at(
        {section.source, place}, statements.empty() ? Span{} : place, {"migration", migration.name},
        fmt::format(
            "the down part of migration `{}` does nothing: the tool takes it for undone while "
            "all of its effect stays; undo it, or leave the down part out",
            migration.version));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule data_loss_down_empty{
    .id = "data-loss/down-empty",
    .summary = "the down part does nothing",
    .letters = "c",
    .severity = Severity::note,
    .why =
        "A down part that is empty, or only `SELECT 1`, succeeds: the tool records that the "
        "migration is undone and the schema keeps all of it. The next up then meets what is "
        "there already and fails.",
    .instead =
        "1. Write the statements that undo the up part.\n2. Where there are none, leave the part "
        "out or let it raise an error, so that nobody takes it for undone.",
    .references =
        "https://github.com/golang-migrate/migrate/blob/master/MIGRATIONS.md#reversibility-of-"
        "migrations",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
