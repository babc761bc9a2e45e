#include <fmt/format.h>

#include <algorithm>

#include "core/rule.h"

namespace backout {
namespace {

void check(const MigrationChange& change, const Config&, Report& report) {
  // A squash replaces old migrations by a baseline: deliberate, and the tool knows of it.
  const bool squashed = std::any_of(
      change.migrations.begin(), change.migrations.end(),
      [](const ParsedMigration& m) { return m.state == FileState::added && m.baseline; });
  for (const ParsedMigration& migration : change.migrations) {
    if (migration.state != FileState::deleted) continue;
    const ParsedSection* section = !migration.up.empty()     ? &migration.up.front()
                                   : !migration.down.empty() ? &migration.down.front()
                                                             : nullptr;
    if (!section) continue;
    ReportOptions options;
    if (squashed) options.at_most = Severity::note;
    report.at({section->source, {section->span.begin, section->span.begin}},
              {"migration", migration.name},
              fmt::format("released migration `{}` is deleted{}: databases remember that it ran, "
                          "new ones never get it; bring the file back and "
                          "undo its effect in a new migration",
                          migration.version, squashed ? " (a baseline replaces it)" : ""),
              std::move(options));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule release_migration_deleted_after_release{
    .id = "release/migration-deleted-after-release",
    .summary = "a migration that is already released is gone",
    .letters = "b",
    .severity = Severity::error,
    .why =
        "The history table of every database names the version. golang-migrate, sqlx, refinery and "
        "tern refuse to run when a recorded version has "
        "no file; the others go on, and a new database is built without what the migration did, so "
        "code that was tested there fails in "
        "production or the other way round. A rollback to the release that still has the file "
        "meets the same mismatch.",
    .instead =
        "1. Bring the file back unchanged.\n2. Undo its effect with a new migration (expand and "
        "contract apply).\n"
        "3. To shorten a long history, squash with the tool's own baseline (Flyway B files, Atlas "
        "checkpoints) in a change of its own.",
    .references = "https://github.com/golang-migrate/migrate/blob/master/GETTING_STARTED.md",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
