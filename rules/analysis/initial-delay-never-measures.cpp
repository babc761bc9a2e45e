#include <fmt/format.h>

#include "argo/attached.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  const auto room = background_room(subject);
  const yaml::Node* delay = metric.node->find("initialDelay");
  if (!room || !delay || metric.dry_run || metric.initial_delay <= 0) return;
  if (metric.initial_delay < room->length) return;
  report(
      subject.object, *delay,
      fmt::format("metric `{}` measures after {} for the first time, and the steps of rollout `{}` "
                  "may be over after {}: it passes without a measurement",
                  metric.name, argo::show_duration(metric.initial_delay),
                  subject.gate.rollout->rollout.name, argo::show_duration(room->length)));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_initial_delay_never_measures{
    .id = "analysis/initial-delay-never-measures",
    .summary = "a background metric that starts after the rollout has ended",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The rollout does not wait for a background analysis. When the last step is done before "
        "initialDelay is over, the metric has not measured once, and counts as Successful.",
    .instead =
        "1. Shorten initialDelay, or lengthen the steps, so that there is time to measure and to "
        "fail.\n2. Or put the analysis into a step, which waits for it.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
