#include "core/rule.h"

namespace backout {
namespace {

void check(const MigrationChange& change, const Config&, Report& report) {
  for (std::size_t i = 0; i < change.problems.size(); ++i) {
    const sql::FrameworkProblem& problem = change.problems[i];
    if (problem.kind != sql::FrameworkProblem::Kind::duplicate_version ||
        !change.problem_sources[i])
      continue;
    report.at({change.problem_sources[i], problem.span},
              {"migration", change.problem_sources[i]->path}, problem.message);
  }
}

}  // namespace

namespace rules {
extern constinit const Rule release_duplicate_version{
    .id = "release/duplicate-version",
    .summary = "two migrations have the same version",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Tools compare versions after their own parsing: leading zeros fall away, Flyway reads "
        "`1_1` as `1.1`. With two files of one version the "
        "tool refuses to start or runs one of them and records both as done: which one depends on "
        "the file system. Two branches that each took "
        "the next free number are the usual cause, and no merge conflict shows it.",
    .instead =
        "1. Give the newer of the two files the next free version; the released one keeps its "
        "own.\n"
        "2. Prefer timestamps to sequence numbers where several branches add migrations.",
    .references = "https://documentation.red-gate.com/fd/versioned-migrations-273973333.html",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
