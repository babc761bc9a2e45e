#include <fmt/format.h>

#include "argo/attached.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext& context, Report& report) {
  const argo::Metric& metric = subject.metric;
  const auto room = background_room(subject);
  const auto life = shortest_life(metric);
  if (!room || !life || metric.dry_run || metric.success_limit > 0) return;
  if (metric.provider == argo::Provider::job || metric.provider == argo::Provider::plugin) return;
  if (*life * 100 >= context.config.thresholds.background_share * room->length) return;
  const yaml::Node* count = metric.node->find("count");
  report(subject.object, count ? *count : *metric.node,
         fmt::format(
             "metric `{}` ends after {} (initialDelay {} + {} × interval {}), and the steps of "
             "rollout `{}` take {} from there on: what comes later is not measured",
             metric.name, argo::show_duration(*life), argo::show_duration(metric.initial_delay),
             metric.count - 1, argo::show_duration(metric.interval.value_or(0)),
             subject.gate.rollout->rollout.name, argo::show_duration(room->length)));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_background_count_ends_early{
    .id = "analysis/background-count-ends-early",
    .summary = "a background metric that ends before the steps do",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A background metric with a count is Successful once it has measured that often, and is "
        "not started again: the steps after that, which have the most traffic, run unguarded.",
    .instead = "1. Drop the count of metrics that run in the background: they then run to the end.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
