#include "core/condition_rules.h"

namespace backout {
namespace {

bool is_own(const argo::Futility& futility) { return futility.problem.stage == expr::Stage::parse; }

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  report_futile(subject, report, is_own);
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_condition_parse_error{
    .id = "analysis/condition-parse-error",
    .summary = "a condition that cannot be read",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Argo Rollouts reads a condition only when it has a measurement to judge; neither the API "
        "server nor `kubectl argo rollouts lint` looks at it. A text that is no expression turns "
        "every measurement into an Error, and five errors in a row abort the rollout.",
    .instead =
        "1. Close brackets and quotes, and write `&&`, `||`, `!` between comparisons.\n2. Try the "
        "condition: `backout condition --success EXPR --result \"[0.5]\"`.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
