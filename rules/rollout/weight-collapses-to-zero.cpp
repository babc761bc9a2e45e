#include <fmt/format.h>

#include "argo/lookup.h"
#include "argo/neighbours.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  const argo::Rollout& rollout = subject.rollout;
  if (!canary_of(subject) || !subject.object.judged || rollout.routed) return;
  const auto replicas = argo::replicas_of(subject, context.head);
  if (!replicas || *replicas < 2 || argo::round_up(rollout.max_surge, *replicas) > 0) return;
  for (const argo::Step& step : rollout.steps) {
    if (step.kind != argo::Step::Kind::set_weight || step.weight <= 0 || step.weight >= 100)
      continue;
    if (argo::basic_canary_pods(*replicas, step.weight, false).canary > 0) continue;
    report(
        subject.object, argo::place_of(*step.node, {"setWeight"}),
        fmt::format("weight {} of {} replicas with `maxSurge` 0 is {:g} pods, which the "
                    "controller rounds to no canary at all: the step is done and nothing new ran",
                    step.weight, *replicas, step.weight * *replicas / 100.0));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_weight_collapses_to_zero{
    .id = "rollout/weight-collapses-to-zero",
    .summary = "a weight at which the controller runs no canary",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "With maxSurge 0 a weight that lies exactly between two pod counts, and rounds up "
        "to all of them, leaves the controller without a candidate, and it runs no canary "
        "pod: (2 replicas, 75 %), (5, 90), (10, 95). The step counts as done; what is "
        "analysed there is the stable version. Seen in v1.9.1 and before.",
    .instead =
        "1. Set `maxSurge: 1`.\n"
        "2. Or choose a weight that is a whole number of pods.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
