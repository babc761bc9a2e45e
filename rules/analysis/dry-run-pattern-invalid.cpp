#include <fmt/format.h>

#include "argo/attached.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::GateSubject& subject, const ManifestContext& context, Report& report) {
  for (const argo::MetricPattern& pattern : metric_patterns(subject, context.head, "dryRun")) {
    if (!pattern.matched.empty()) continue;
    report(
        *pattern.object, *pattern.node,
        pattern.error.empty()
            ? fmt::format("dryRun `{}` matches no metric: the analysis ends as Error and the "
                          "rollout is aborted",
                          pattern.text)
            : fmt::format("dryRun `{}` is no regular expression ({}): the analysis ends as Error "
                          "and the rollout is aborted",
                          pattern.text, pattern.error));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_dry_run_pattern_invalid{
    .id = "analysis/dry-run-pattern-invalid",
    .summary = "a dryRun entry that names no metric",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "`dryRun[].metricName` is a regular expression of Go. One that is not, such as `*`, or "
        "that matches no metric, makes the analysis end as Error and aborts the rollout.",
    .instead = "1. Write the name of a metric, or `.*` for all.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
