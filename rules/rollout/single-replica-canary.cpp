#include <fmt/format.h>

#include "argo/lookup.h"
#include "argo/neighbours.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  const argo::Rollout& rollout = subject.rollout;
  if (rollout.routed || argo::replicas_of(subject, context.head) != 1) return;
  for (const argo::Step& step : rollout.steps) {
    if (step.kind != argo::Step::Kind::set_weight || step.weight <= 0 || step.weight >= 100)
      continue;
    const bool surge = argo::round_up(rollout.max_surge, 1) > 0;
    report(subject.object, argo::place_of(*step.node, {"setWeight"}),
           fmt::format("one replica: weight {} is {:.0f} % of the traffic", step.weight,
                       share(argo::basic_canary_pods(1, step.weight, surge))));
    return;
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_single_replica_canary{
    .id = "rollout/single-replica-canary",
    .summary = "a canary of one replica",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "With one replica and no traffic routing every weight from 1 to 99 is one canary "
        "pod beside the stable one, half of the traffic; with maxSurge 0 it is nothing or "
        "everything.",
    .instead = "1. Add `trafficRouting`, or replicas.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
