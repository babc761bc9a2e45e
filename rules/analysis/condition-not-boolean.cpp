#include "core/condition_rules.h"

namespace backout {
namespace {

bool is_own(const argo::Futility& futility) {
  return futility.problem.stage == expr::Stage::not_bool;
}

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  report_futile(subject, report, is_own);
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_condition_not_boolean{
    .id = "analysis/condition-not-boolean",
    .summary = "a condition that is neither true nor false",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A condition must give a boolean: a number, a text or a list is an Error (\"expected "
        "bool\"), whatever its value, for every measurement. There is no truthiness, so "
        "`result[0]` alone does not mean \"not zero\".",
    .instead = "1. Compare: `result[0] == 1`.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
