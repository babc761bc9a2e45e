#include "core/field_rules.h"

namespace backout {
namespace {

using Kind = argo::FieldProblem::Kind;

bool is_own(const argo::FieldProblem& problem) { return problem.kind == Kind::too_new; }

void check(const argo::Object& object, const ManifestContext& context, Report& report) {
  if (!is_of_rollouts(object.kind)) return;
  report_fields(object, context, report, is_own);
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_field_too_new{
    .id = "rollout/field-too-new",
    .summary = "a field that the Argo Rollouts in use does not have yet",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "The CRD of the release in use does not know the field, so the API server drops it, "
        "and what it was meant to guard stays unguarded until the controller is upgraded. "
        "The release is that of `argo: {rollouts: …}` in the configuration, 1.9 by default.",
    .instead =
        "1. Upgrade Argo Rollouts, its CRDs too, before the manifests use the field.\n"
        "2. Name the release in use in .backout.yaml when it is a newer one.",
    .references = "https://github.com/argoproj/argo-rollouts/releases",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
