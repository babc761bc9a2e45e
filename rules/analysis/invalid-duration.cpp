#include "core/field_rules.h"

namespace backout {
namespace {

using Kind = argo::FieldProblem::Kind;

bool is_own(const argo::FieldProblem& problem) { return problem.kind == Kind::bad_duration; }

void check(const argo::Object& object, const ManifestContext& context, Report& report) {
  if (!is_of_rollouts(object.kind)) return;
  report_fields(object, context, report, is_own);
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_invalid_duration{
    .id = "analysis/invalid-duration",
    .summary = "a duration that Argo Rollouts cannot read",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Durations are those of Go: a number and a unit of ns, us, ms, s, m or h. There are "
        "no days, no spaces and no bare numbers, but for the duration of a pause, where a "
        "number means seconds. The CRD accepts any string, so the mistake shows when the "
        "analysis starts: the run ends in Error and the rollout aborts.",
    .instead = "1. Write the unit: 60s, 5m, 24h.",
    .references = "https://pkg.go.dev/time#ParseDuration",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
