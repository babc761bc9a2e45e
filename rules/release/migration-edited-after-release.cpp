#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

// What the tool does when it meets a released file with another text. Flyway, Prisma, sqlx, Atlas,
// Liquibase and graphile-migrate keep checksums.
bool tool_keeps_checksums(sql::Framework framework) {
  switch (framework) {
    case sql::Framework::flyway:
    case sql::Framework::prisma:
    case sql::Framework::sqlx:
    case sql::Framework::atlas:
    case sql::Framework::liquibase:
    case sql::Framework::graphile:
    case sql::Framework::refinery:
      return true;
    default:
      return false;
  }
}

void check(const MigrationChange& change, const Config&, Report& report) {
  for (const ParsedMigration& migration : change.migrations) {
    if (migration.state != FileState::modified || migration.repeatable || migration.up.empty())
      continue;
    const bool refuses = tool_keeps_checksums(change.history->framework);
    const std::string tool(to_string(change.history->framework));
    // Liquibase normalises white space before it hashes; tools without checksums do not look at
    // all.
    const bool harmless = migration.text_differs_only_in_space &&
                          (!refuses || change.history->framework == sql::Framework::liquibase);
    const std::string effect =
        refuses
            ? fmt::format("{} compares checksums and refuses to run", tool)
            : fmt::format("{} does not notice, so databases that ran the old text stay different",
                          tool);
    ReportOptions options;
    options.at_most = harmless                               ? Severity::note
                      : migration.text_differs_only_in_space ? Severity::warning
                                                             : Severity::error;
    const ParsedSection& section = migration.up.front();
    report.at(
        {section.source, {section.span.begin, section.span.begin}}, {"migration", migration.name},
        fmt::format(
            "released migration `{}` is edited{}: {}; restore its text and put the change into a "
            "new migration",
            migration.version,
            migration.text_differs_only_in_space ? " (only comments or white space differ)" : "",
            effect),
        std::move(options));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule release_migration_edited_after_release{
    .id = "release/migration-edited-after-release",
    .summary = "a migration that is already released has another text now",
    .letters = "a, b",
    .severity = Severity::error,
    .why =
        "A migration runs once per database. Where it ran already, the edited text never runs: new "
        "databases get one schema, existing ones keep "
        "another, and no later check compares them. Tools that keep checksums (Flyway, Prisma, "
        "sqlx, Atlas, Liquibase, refinery, graphile-migrate) "
        "stop with an error on every database that ran the old text, which blocks this deploy and, "
        "after a git revert, the way back as well. "
        "Tools without checksums (golang-migrate, goose, dbmate, diesel, tern) say nothing, which "
        "is worse.",
    .instead =
        "1. Restore the released text of the file.\n2. Put the difference into a new migration "
        "with a higher version.\n"
        "3. If the released text can never run anywhere (it fails on every database), remove it "
        "from every environment's history table first "
        "and say so with an ignore comment.",
    .references = "https://documentation.red-gate.com/fd/validate-184127465.html",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
