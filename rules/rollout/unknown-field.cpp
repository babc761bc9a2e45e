#include "core/field_rules.h"

namespace backout {
namespace {

using Kind = argo::FieldProblem::Kind;

bool is_own(const argo::FieldProblem& problem) { return problem.kind == Kind::unknown; }

void check(const argo::Object& object, const ManifestContext& context, Report& report) {
  if (!is_of_rollouts(object.kind)) return;
  report_fields(object, context, report, is_own);
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_unknown_field{
    .id = "rollout/unknown-field",
    .summary = "a key that no object of Argo Rollouts has there",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The API server drops a key that the CRD does not know, also one in other letter "
        "case, and tells nobody who applies with a GitOps tool. What the key was meant to "
        "set keeps its default: a misspelt successCondition is no condition, and every "
        "measurement passes; a misspelt pause duration waits for a person.",
    .instead =
        "1. Write the field as the message says, in the same letters.\n"
        "2. Move a field that stands one level too high or too low.\n"
        "3. Delete what was only meant as a comment, or put it into an annotation.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/specification/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
