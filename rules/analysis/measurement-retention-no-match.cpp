#include <fmt/format.h>

#include "argo/attached.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::GateSubject& subject, const ManifestContext& context, Report& report) {
  for (const argo::MetricPattern& pattern :
       metric_patterns(subject, context.head, "measurementRetention")) {
    if (!pattern.matched.empty()) continue;
    report(
        *pattern.object, *pattern.node,
        fmt::format("measurementRetention `{}` {}: the analysis ends as Error and the rollout is "
                    "aborted",
                    pattern.text,
                    pattern.error.empty() ? "matches no metric" : "is no regular expression"));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_measurement_retention_no_match{
    .id = "analysis/measurement-retention-no-match",
    .summary = "a measurementRetention entry that names no metric",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "`measurementRetention[].metricName` is a regular expression of Go, as in dryRun. One that "
        "is not, or that matches no metric, makes the analysis end as Error and aborts the "
        "rollout.",
    .instead = "1. Write the name of a metric, or `.*` for all.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
