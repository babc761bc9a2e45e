#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext& context, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (subject.gate.gate.kind != argo::Gate::Kind::step || !subject.gate.rollout || !metric.known)
    return;
  const auto life = shortest_life(metric);
  if (!life || *life <= context.config.thresholds.long_analysis) return;
  const yaml::Node* count = metric.node->find("count");
  report(subject.object, count ? *count : *metric.node,
         fmt::format(
             "metric `{}` holds step {} of rollout `{}` for {} (initialDelay {} + {} × interval "
             "{})",
             metric.name, subject.gate.gate.step + 1, subject.gate.rollout->rollout.name,
             argo::show_duration(*life), argo::show_duration(metric.initial_delay),
             metric.count - 1, argo::show_duration(metric.interval.value_or(0))));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_analysis_outlasts_step{
    .id = "analysis/analysis-outlasts-step",
    .summary = "a step that waits for an analysis of more than an hour",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "A step waits until its analysis has ended. One that takes hours keeps the canary at its "
        "weight for so long, and nobody looks at it any more.",
    .instead = "1. Shorten count or interval, or run the analysis in the background.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
