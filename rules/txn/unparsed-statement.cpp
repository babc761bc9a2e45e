#include <fmt/format.h>

#include "core/rule.h"

namespace backout {
namespace {

std::string explain(const sql::Unparsed& statement) {
  switch (statement.cause) {
    case sql::ParseFailure::placeholder:
      return fmt::format(
          "statement holds a placeholder that only the migration tool can fill: {}; judge the "
          "rendered SQL instead "
          "(`… | backout lint -`)",
          statement.message);
    case sql::ParseFailure::newer_grammar:
      return fmt::format(
          "statement needs a newer grammar than this build's: {}; use a build with that "
          "PostgreSQL's parser",
          statement.message);
    case sql::ParseFailure::limit:
      return fmt::format("statement was not looked at: {}", statement.message);
    case sql::ParseFailure::broken:
      break;
  }
  return fmt::format("statement is not valid SQL and would fail when it runs: {}; correct it",
                     statement.message);
}

void judge(const std::vector<ParsedSection>& sections, bool down, Report& report) {
  for (const ParsedSection& section : sections)
    for (const sql::Unparsed& statement : section.script->unparsed) {
      std::string message = explain(statement);
      if (down) message.insert(0, "down part: ");
      ReportOptions options;
      if (statement.cause == sql::ParseFailure::limit)
        options.at_most = Severity::warning;  // the limit itself makes the verdict undecided
      report.statement_at({section.source, statement.place}, statement.statement,
                          {"statement", section.source->path}, std::move(message), options);
    }
}

void check(const MigrationChange& change, const Config&, Report& report) {
  for (const ParsedMigration& migration : change.migrations) {
    if (migration.state == FileState::deleted) continue;
    judge(migration.up, false, report);
    judge(migration.down, true, report);
  }
}

}  // namespace

namespace rules {
extern constinit const Rule txn_unparsed_statement{
    .id = "txn/unparsed-statement",
    .summary = "a statement cannot be parsed, so nobody knows what it does",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A statement that the PostgreSQL grammar of this build rejects is not judged, and a gate "
        "that passes what it cannot read is no gate. There are "
        "three causes with different answers: a placeholder that the migration tool fills at run "
        "time, syntax of a newer PostgreSQL, and SQL that is "
        "simply broken and will stop the migration half-way (in a down script: at the worst "
        "moment).",
    .instead =
        "1. Broken SQL: correct it; run it once on a scratch database.\n2. Placeholder: render the "
        "file and judge the result.\n"
        "3. Newer syntax: use a build of backout with that grammar, or write the statement in the "
        "older form.\n"
        "4. A bound was hit: split the statement, or raise the limit in `.backout.yaml` on the "
        "target branch.",
    .references = "https://www.postgresql.org/docs/15/sql-commands.html",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
