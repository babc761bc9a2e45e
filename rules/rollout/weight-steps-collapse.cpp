#include <fmt/format.h>

#include "argo/lookup.h"
#include "argo/neighbours.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  const argo::Rollout& rollout = subject.rollout;
  const auto replicas = argo::replicas_of(subject, context.head);
  if (rollout.routed || !replicas || *replicas < 2) return;
  const bool surge = argo::round_up(rollout.max_surge, *replicas) > 0;
  const argo::Step* last = nullptr;
  for (const argo::Step& step : rollout.steps) {
    if (step.kind != argo::Step::Kind::set_weight) continue;
    if (last && step.weight > last->weight) {
      const argo::PodCounts was = argo::basic_canary_pods(*replicas, last->weight, surge);
      const argo::PodCounts is = argo::basic_canary_pods(*replicas, step.weight, surge);
      if (is.canary > 0 && was.canary == is.canary && was.stable == is.stable)
        report(subject.object, argo::place_of(*step.node, {"setWeight"}),
               fmt::format("of {} replicas, {} % is the same as {} %: {} canary and {} stable pods",
                           *replicas, step.weight, last->weight, is.canary, is.stable));
    }
    last = &step;
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_weight_steps_collapse{
    .id = "rollout/weight-steps-collapse",
    .summary = "two weights that are the same pods",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "Without traffic routing the weight is a share of the pods. Two weights that "
        "round to the same pods are one: the second step changes nothing and proves "
        "nothing.",
    .instead = "1. Leave one of them out, or add `trafficRouting` or replicas.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
