#include "core/field_rules.h"

namespace backout {
namespace {

using Kind = argo::FieldProblem::Kind;

bool is_own(const argo::FieldProblem& problem) { return problem.kind == Kind::renamed; }

void check(const argo::Object& object, const ManifestContext& context, Report& report) {
  report_fields(object, context, report, is_own);
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_deprecated_field{
    .id = "analysis/deprecated-field",
    .summary = "a field under the name it had before Argo Rollouts 1.0",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "Examples from before 1.0 are still copied. The API server drops the old name "
        "without a word, and the field keeps its default: maxFailures sets no limit, server "
        "no address.",
    .instead = "1. Write the name that the field has today.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
