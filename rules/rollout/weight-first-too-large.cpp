#include <fmt/format.h>

#include "argo/lookup.h"
#include "argo/neighbours.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  const argo::Rollout& rollout = subject.rollout;
  for (const argo::Step& step : rollout.steps) {
    if (step.kind != argo::Step::Kind::set_weight || step.weight <= 0) continue;
    const double share = 100.0 * step.weight / rollout.max_weight;
    if (share <= context.config.thresholds.first_weight) return;
    // Without routing no weight below one pod can be reached.
    const auto replicas = argo::replicas_of(subject, context.head);
    if (!rollout.routed && replicas && std::int64_t{step.weight} * *replicas <= 100) return;
    report(subject.object, argo::place_of(*step.node, {"setWeight"}),
           fmt::format("the first weight gives {:g} % of the traffic to what nobody has judged yet",
                       share));
    return;
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_weight_first_too_large{
    .id = "rollout/weight-first-too-large",
    .summary = "the first weight is already a large part of the traffic",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "The first weight is what every bad release costs. An analysis needs requests, "
        "not a share: a few percent mostly give enough of them.",
    .instead =
        "1. Begin with 1 to 10 %.\n"
        "2. Without traffic routing the smallest share is one pod: add `trafficRouting`, "
        "or replicas.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
