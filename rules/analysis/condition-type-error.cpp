#include "core/condition_rules.h"

namespace backout {
namespace {

bool is_own(const argo::Futility& futility) {
  const expr::Problem& problem = futility.problem;
  if (problem.stage == expr::Stage::run) return !is_missing_element(problem);
  return problem.stage == expr::Stage::check && !problem.message.starts_with("unknown name");
}

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  report_futile(subject, report, is_own);
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_condition_type_error{
    .id = "analysis/condition-type-error",
    .summary = "a condition that does not fit the type of the result",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The condition is typed from the answer of the provider before it is evaluated: Prometheus "
        "gives a list of numbers, one for each series, Datadog one number. Comparing the list with "
        "a number, or indexing the number, is an Error for every measurement, and no guard in the "
        "condition helps.",
    .instead =
        "1. Use `result[0]` for Prometheus and `result` for Datadog and for scalars.\n2. Try the "
        "condition: `backout condition --success EXPR --result \"[0.5]\"`.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
