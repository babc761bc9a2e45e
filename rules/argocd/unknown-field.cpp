#include "core/field_rules.h"

namespace backout {
namespace {

using Kind = argo::FieldProblem::Kind;

bool is_own(const argo::FieldProblem& problem) { return problem.kind == Kind::unknown; }

void check(const argo::Object& object, const ManifestContext& context, Report& report) {
  if (!is_of_argo_cd(object.kind)) return;
  report_fields(object, context, report, is_own);
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_unknown_field{
    .id = "argocd/unknown-field",
    .summary = "a key that no object of Argo CD has there",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The API server drops a key that the CRD does not know, also one in other letter "
        "case, and the Application lives on without it: selfHeal one level too high heals "
        "nothing, a misspelt manualSync holds a rollback up until the window opens.",
    .instead =
        "1. Write the field as the message says, in the same letters.\n"
        "2. Move a field that stands one level too high or too low.",
    .references = "https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
