#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "argo/lookup.h"
#include "argo/neighbours.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  const argo::Rollout& rollout = subject.rollout;
  if (rollout.routed) return;
  const auto replicas = argo::replicas_of(subject, context.head);
  if (!replicas || *replicas < 2) return;
  const bool surge = argo::round_up(rollout.max_surge, *replicas) > 0;
  const argo::Step* first = nullptr;
  std::vector<std::string> reached;
  for (const argo::Step& step : rollout.steps) {
    if (step.kind != argo::Step::Kind::set_weight || step.weight <= 0 || step.weight >= 100)
      continue;
    const argo::PodCounts pods = argo::basic_canary_pods(*replicas, step.weight, surge);
    const double error = std::abs(share(pods) - step.weight);
    if (pods.canary == 0 || error <= context.config.thresholds.weight_error) continue;
    if (!first) first = &step;
    reached.push_back(fmt::format("{} is {:.0f} % ({} of {})", step.weight, share(pods),
                                  pods.canary, pods.canary + pods.stable));
  }
  if (!first) return;
  report(subject.object, argo::place_of(*first->node, {"setWeight"}),
         fmt::format("{} replicas cannot make up these weights: {}", *replicas,
                     fmt::join(reached, ", ")));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_weight_unachievable{
    .id = "rollout/weight-unachievable",
    .summary = "pods cannot make up the weight that is asked for",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "Without traffic routing the weight is a share of the pods, so few replicas have "
        "few weights. The rollout goes on at what comes nearest; thresholds and exposure "
        "are not what the steps say.",
    .instead =
        "1. Ask for weights that are a whole number of pods.\n"
        "2. Or add `trafficRouting`, or replicas.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
