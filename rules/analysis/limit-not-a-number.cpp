#include "core/field_rules.h"

namespace backout {
namespace {

using Kind = argo::FieldProblem::Kind;

bool is_own(const argo::FieldProblem& problem) { return problem.kind == Kind::bad_limit; }

void check(const argo::Object& object, const ManifestContext& context, Report& report) {
  report_fields(object, context, report, is_own);
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_limit_not_a_number{
    .id = "analysis/limit-not-a-number",
    .summary = "a count or limit whose text is no integer",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "count and the limits take an integer or a string with one. Argo Rollouts reads any "
        "other string as 0 and reports no error, so \"50%\" of failures allows none, and a "
        "count of \"3x\" may measure without end.",
    .instead =
        "1. Write the number of measurements; there are no percentages.\n"
        "2. Take the number from an argument: `count: \"{{args.count}}\"`.",
    .references = "",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
