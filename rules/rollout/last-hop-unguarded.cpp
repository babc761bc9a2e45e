#include <fmt/format.h>

#include <vector>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

using Kind = argo::Step::Kind;

// Whether an analysis runs at the weight from which the canary jumps to all of the traffic.
bool last_weight_guarded(const argo::RolloutSubject& subject) {
  const std::vector<argo::Step>& steps = subject.rollout.steps;
  bool guarded = false;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].kind == Kind::set_weight) {
      if (steps[i].weight >= subject.rollout.max_weight) break;
      guarded = false;
    }
    for (const argo::Gate& gate : subject.gates) guarded = guarded || gate.step == i;
  }
  return guarded;
}

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  if (subject.gates.empty()) return;
  for (const argo::Gate& gate : subject.gates)
    if (gate.kind == argo::Gate::Kind::background) return;
  const argo::Step* last = nullptr;
  for (const argo::Step& step : subject.rollout.steps)
    if (step.kind == Kind::set_weight && step.weight > 0 &&
        step.weight < subject.rollout.max_weight)
      last = &step;
    else if (step.kind == Kind::plugin)
      return;
  if (!last || last_weight_guarded(subject)) return;
  report(subject.object, argo::place_of(*last->node, {"setWeight"}),
         fmt::format("no analysis runs at weight {}: the canary goes from here to all traffic "
                     "unjudged",
                     last->weight));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_last_hop_unguarded{
    .id = "rollout/last-hop-unguarded",
    .summary = "all traffic is given on the word of an earlier weight",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "After the last step the canary gets everything. When no analysis runs at the "
        "weight before, that weight has taught nothing, and errors of load show at 100 % "
        "first, when an abort has the most to bring back.",
    .instead =
        "1. End the steps with an analysis at the last weight, or use a background "
        "analysis.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
