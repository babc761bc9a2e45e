#include <fmt/format.h>

#include "argo/attached.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  const auto room = background_room(subject);
  const auto after = earliest_failed(metric);
  if (!room || room->stop->fails || !after || metric.dry_run) return;
  if (metric.initial_delay >= room->length) return;  // analysis/initial-delay-never-measures
  const yaml::Node* limit = metric.node->find("failureLimit");
  report(subject.object, limit ? *limit : *metric.node,
         fmt::format("metric `{}` cannot stop rollout `{}`: it fails after {} at the earliest "
                     "(initialDelay {} + failureLimit {} × interval {}), and the steps may be over "
                     "after {}",
                     metric.name, subject.gate.rollout->rollout.name, argo::show_duration(*after),
                     argo::show_duration(metric.initial_delay), metric.failure_limit,
                     argo::show_duration(metric.interval.value_or(0)),
                     argo::show_duration(room->length)));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_failure_limit_too_late{
    .id = "analysis/failure-limit-too-late",
    .summary = "a background metric that cannot fail before the rollout ends",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The rollout does not wait for a background analysis: when the last step is done the "
        "analysis is ended, and what has not exceeded a limit by then counts as Successful. A "
        "metric needs initialDelay and failureLimit intervals to fail.",
    .instead =
        "1. Lower failureLimit, interval or initialDelay so that they fit into the steps.\n2. "
        "Lengthen the pauses, or put the analysis into a step, which waits for it.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
