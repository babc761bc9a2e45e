#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (metric.provider != argo::Provider::job && metric.provider != argo::Provider::kayenta) return;
  for (const argo::Text* text : {&metric.success, &metric.failure})
    if (text->given())
      report(subject.object, *text->node,
             fmt::format("metric `{}` is a {}: this condition is never evaluated", metric.name,
                         to_string(metric.provider)));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_condition_ignored{
    .id = "analysis/condition-ignored",
    .summary = "a condition that the provider does not ask",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A job succeeds or fails by its exit code and Kayenta by its score. Argo Rollouts never "
        "evaluates the conditions of such a metric, so a threshold written there guards nothing.",
    .instead =
        "1. Let the job exit with a status, or set the `threshold` of kayenta, and drop the "
        "condition.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
