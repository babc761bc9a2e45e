#include "core/rule.h"

namespace backout {
namespace {

void check(const MigrationChange& change, const Config&, Report& report) {
  for (std::size_t i = 0; i < change.problems.size(); ++i) {
    const sql::FrameworkProblem& problem = change.problems[i];
    if (problem.kind != sql::FrameworkProblem::Kind::directive_misplaced ||
        !change.problem_sources[i])
      continue;
    report.at({change.problem_sources[i], problem.span}, {"file", change.problem_sources[i]->path},
              problem.message);
  }
}

}  // namespace

namespace rules {
extern constinit const Rule txn_framework_directive_misplaced{
    .id = "txn/framework-directive-misplaced",
    .summary = "a directive stands where the migration tool does not see it",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A directive that the tool does not recognise is an ordinary comment: the file then runs "
        "in a transaction although it says otherwise (CREATE INDEX CONCURRENTLY fails), or runs "
        "outside one and leaves half of its statements behind. sqlx wants `-- no-transaction` as "
        "the very first bytes, Atlas wants a blank line after `-- atlas:txmode`, goose ignores "
        "nothing and fails on leading blanks, diesel reads a metadata.toml without the key as "
        "false.",
    .instead =
        "1. Write the directive exactly as the message shows.\n2. Check on a scratch database that "
        "the statement runs the way you meant.",
    .references = "https://atlasgo.io/versioned/apply#transaction-configuration",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
