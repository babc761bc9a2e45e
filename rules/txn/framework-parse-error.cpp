#include "core/rule.h"

namespace backout {
namespace {

void check(const MigrationChange& change, const Config&, Report& report) {
  for (std::size_t i = 0; i < change.problems.size(); ++i) {
    const sql::FrameworkProblem& problem = change.problems[i];
    if (problem.kind != sql::FrameworkProblem::Kind::parse_error || !change.problem_sources[i])
      continue;
    report.at({change.problem_sources[i], problem.span}, {"file", change.problem_sources[i]->path},
              problem.message);
  }
}

}  // namespace

namespace rules {
extern constinit const Rule txn_framework_parse_error{
    .id = "txn/framework-parse-error",
    .summary = "the migration tool cannot read this file's markers",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Migration tools split files at marker comments with rules of their own: goose wants one "
        "Up marker before anything else and a semicolon behind the last statement, dbmate wants "
        "both of its markers, function bodies need StatementBegin and StatementEnd. A file that "
        "breaks these rules stops the run when the release is deployed, not when it is reviewed.",
    .instead =
        "1. Correct the markers as the message says.\n2. Run the tool's own validation once (goose "
        "validate, flyway validate, dbmate up on a scratch database).",
    .references = "https://pressly.github.io/goose/documentation/annotations/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
