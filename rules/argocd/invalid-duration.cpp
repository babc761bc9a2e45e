#include "core/field_rules.h"

namespace backout {
namespace {

using Kind = argo::FieldProblem::Kind;

bool is_own(const argo::FieldProblem& problem) { return problem.kind == Kind::bad_duration; }

void check(const argo::Object& object, const ManifestContext& context, Report& report) {
  if (!is_of_argo_cd(object.kind)) return;
  report_fields(object, context, report, is_own);
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_invalid_duration{
    .id = "argocd/invalid-duration",
    .summary = "a duration that Argo CD cannot read",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Durations are those of Go: a number and a unit of ns, us, ms, s, m or h; the "
        "backoff of a retry also takes bare seconds. The CRD accepts any string, so the "
        "mistake shows when the window or the retry is needed.",
    .instead = "1. Write the unit: 30s, 5m, 24h.",
    .references = "https://pkg.go.dev/time#ParseDuration",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
