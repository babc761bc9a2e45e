#include "core/condition_rules.h"

namespace backout {
namespace {

bool is_own(const argo::Futility& futility) {
  return futility.problem.stage == expr::Stage::check &&
         futility.problem.message.starts_with("unknown name");
}

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  report_futile(subject, report, is_own);
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_condition_unknown_name{
    .id = "analysis/condition-unknown-name",
    .summary = "a condition that uses a name which does not exist",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A condition knows `result`, the functions asInt, asFloat, isNaN, isInf, isNil and "
        "default, and what the expression language brings; no arguments, no `results`, no `null`. "
        "An unknown name is an Error for every measurement, also behind `true ||`, and five in a "
        "row abort the rollout.",
    .instead =
        "1. Write the name that was meant; the answer of the provider is `result`.\n2. Put "
        "arguments in as `{{args.name}}`, which is replaced before the condition is read.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
