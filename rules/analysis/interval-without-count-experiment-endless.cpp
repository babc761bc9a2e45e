#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  const argo::GateSubject& gate = subject.gate;
  if (!gate.rollout || gate.gate.kind != argo::Gate::Kind::experiment || !gate.gate.required)
    return;
  if (!metric.known || metric.count != 0 || !metric.interval || metric.success_limit > 0) return;
  const auto& steps = gate.rollout->rollout.steps;
  const bool timed = gate.gate.step < steps.size()
                         ? steps[gate.gate.step].duration.has_value()
                         : gate.object.node->find({"spec", "duration"}) != nullptr;
  if (timed) return;
  report(subject.object, *metric.node->find("interval"),
         fmt::format("metric `{}` has an interval and no count, and the experiment of `{}` has no "
                     "duration and waits for it: it never ends",
                     metric.name, gate.rollout->rollout.name));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_interval_without_count_experiment_endless{
    .id = "analysis/interval-without-count-experiment-endless",
    .summary = "an experiment that waits for a metric without an end",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "An experiment without a duration ends when its required analyses have. A metric with an "
        "interval and no count never does, so the step never completes.",
    .instead = "1. Give the metric a count, or the experiment a duration.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
