#include "core/field_rules.h"

namespace backout {
namespace {

using Kind = argo::FieldProblem::Kind;

bool is_own(const argo::FieldProblem& problem) {
  return problem.kind == Kind::wrong_type && problem.wanted.of == argo::FieldType::argument;
}

void check(const argo::Object& object, const ManifestContext& context, Report& report) {
  report_fields(object, context, report, is_own);
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_arg_number_as_yaml_number{
    .id = "analysis/arg-number-as-yaml-number",
    .summary = "the value of an argument is no string",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The value of an argument is a string in the CRD. The API server refuses the object when "
        "YAML makes a number or a boolean of it, so neither the change nor a revert that contains "
        "it arrives.",
    .instead = "1. Put the value in quotes.",
    .references =
        "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/"
        "#analysis-template-arguments",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
