#include <fmt/format.h>

#include <string>
#include <vector>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

using Kind = argo::Step::Kind;

// Jobs and web requests bring their own traffic; what a plugin does nobody knows.
bool reads_traffic(const argo::Metric& metric) {
  switch (metric.provider) {
    case argo::Provider::job:
    case argo::Provider::web:
    case argo::Provider::plugin:
    case argo::Provider::none:
    case argo::Provider::several:
      return false;
    default:
      return true;
  }
}

const argo::Metric* cold_metric(const argo::Gate& gate, argo::Seconds least) {
  for (const argo::Metric& metric : gate.metrics)
    if (metric.known && !metric.dry_run && reads_traffic(metric) && metric.initial_delay < least)
      return &metric;
  return nullptr;
}

// Whether time passes between the first pods and the step.
bool warmed_up(const std::vector<argo::Step>& steps, std::size_t until) {
  bool pods = false;
  for (std::size_t i = 0; i < until && i < steps.size(); ++i) {
    const Kind kind = steps[i].kind;
    if (pods && kind != Kind::set_weight && kind != Kind::set_canary_scale &&
        kind != Kind::set_header_route && kind != Kind::set_mirror_route)
      return true;
    pods =
        pods || (kind == Kind::set_weight && steps[i].weight > 0) || kind == Kind::set_canary_scale;
  }
  return false;
}

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  if (!canary_of(subject)) return;
  const argo::Seconds least = context.config.thresholds.shortest_pause;
  for (const argo::Gate& gate : subject.gates) {
    const bool background = gate.kind == argo::Gate::Kind::background;
    if (!background && gate.kind != argo::Gate::Kind::step) continue;
    // A background run with the first weight's pause; one that starts with it is as cold.
    if (background ? gate.step > 0 : warmed_up(subject.rollout.steps, gate.step)) continue;
    if (subject.rollout.steps.empty()) continue;
    const argo::Metric* const metric = cold_metric(gate, least);
    if (!metric) continue;
    report(
        subject.object, argo::place_of(*gate.node, {"templates"}),
        fmt::format("metric `{}` is measured {} the first pods of the canary start{}", metric->name,
                    metric->initial_delay > 0
                        ? fmt::format("{} after", argo::show_duration(metric->initial_delay))
                        : std::string(background ? "before" : "the moment"),
                    background && metric->initial_delay <= 0
                        ? ": the analysis begins with the update, with nothing there to measure"
                        : ": too early to have seen any traffic"));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_pause_before_first_analysis_missing{
    .id = "rollout/pause-before-first-analysis-missing",
    .summary = "an analysis that begins with the canary's start",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A canary that has just started has few requests, cold caches and open "
        "connections to make. A metric measured in its first seconds sees nothing, or the "
        "start; a bad first measurement aborts a good release, an empty one may pass a "
        "bad one.",
    .instead =
        "1. Put a pause before the analysis, or an `initialDelay` of a minute or more "
        "into its metrics.\n"
        "2. A background analysis: `startingStep` behind the first weight and its pause.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
