#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  const yaml::Node* count = metric.node->find("count");
  if (!count || !metric.known || metric.count <= 1 || metric.node->find("interval")) return;
  report(subject.object, *count,
         fmt::format("metric `{}` has count {} and no interval: the analysis is refused and the "
                     "rollout aborted",
                     metric.name, metric.count));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_count_without_interval{
    .id = "analysis/count-without-interval",
    .summary = "several measurements without an interval",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A count above 1 needs an interval. Argo Rollouts finds out when the analysis starts, "
        "which ends it as Error and aborts every rollout.",
    .instead = "1. Add an interval, such as `interval: 1m`.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
