#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (metric.provider != argo::Provider::datadog || metric.dry_run) return;
  const yaml::Node* datadog = metric.node->find({"provider", "datadog"});
  const yaml::Node* version = datadog->find("apiVersion");
  if (version && version->text != "v1") return;
  for (const argo::Situation& situation : subject.conclusions.situations)
    if (situation.can(expr::Phase::successful)) return;  // analysis/passes-without-samples
  report(subject.object, version ? *version : *datadog,
         fmt::format("metric `{}` uses version 1 of Datadog's API: a gap in the data is 0",
                     metric.name));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_datadog_v1_null_zero{
    .id = "analysis/datadog-v1-null-zero",
    .summary = "a Datadog metric that takes missing data for zero",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "Version 1 of Datadog's API, which Argo Rollouts uses unless told otherwise, decodes a "
        "null as the last point to 0: a gap in the data looks like a service without errors, or "
        "without traffic.",
    .instead = "1. Set `apiVersion: v2`, and `default(result, …)` with a value that does not pass.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
