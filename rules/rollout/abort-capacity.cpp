#include <fmt/format.h>

#include "argo/lookup.h"
#include "argo/neighbours.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  const yaml::Node* const canary = canary_of(subject);
  if (!canary || !subject.object.judged) return;
  argo::Rollout rollout = subject.rollout;
  const auto replicas = argo::replicas_of(subject, context.head);
  if (rollout.routed || !replicas || *replicas < 2) return;
  rollout.replicas = *replicas;
  const Thresholds& limits = context.config.thresholds;
  const int surge = argo::round_up(rollout.max_surge, *replicas);
  const int unavailable = argo::round_down(rollout.max_unavailable, *replicas);
  if (canary->find("maxUnavailable") &&
      100 * std::int64_t{unavailable} >= std::int64_t{limits.most_unavailable} * *replicas) {
    report(
        subject.object, *canary->find("maxUnavailable"),
        fmt::format("`maxUnavailable` lets {} of {} pods be missing while pods are exchanged, an "
                    "abort included",
                    unavailable, *replicas));
    return;
  }
  const argo::Step* worst = nullptr;
  argo::PodCounts least{0, *replicas};
  for (const argo::Stretch& stretch : subject.line.stretches) {
    if (!stretch.guarded || stretch.weight >= 100 || stretch.step >= rollout.steps.size()) continue;
    const argo::PodCounts pods = argo::basic_canary_pods(*replicas, stretch.weight, surge > 0);
    if (pods.stable >= least.stable) continue;
    least = pods;
    worst = &rollout.steps[stretch.step];
  }
  if (!worst || 100 * least.stable >= limits.least_stable * *replicas) return;
  const argo::Recovery back = recovery(rollout, least);
  report(
      subject.object, argo::place_of(*worst->node, {"setWeight"}),
      fmt::format("an abort here finds {} of {} stable pods: {} are missing, which is {} rounds "
                  "of starting pods (maxSurge {} + maxUnavailable {}) while the canary serves on",
                  least.stable, *replicas, back.missing, back.waves, surge, unavailable));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_abort_capacity{
    .id = "rollout/abort-capacity",
    .summary = "too few stable pods are left to go back to",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "Without traffic routing the weight is a share of the pods: at 80 % four of five "
        "stable pods are gone. An abort has to start them again, maxSurge and "
        "maxUnavailable at a time, while the bad version goes on serving.",
    .instead =
        "1. Add `trafficRouting`: all stable pods stay until the end, and an abort is one "
        "change of weights.\n"
        "2. Or end the weights lower, and raise `maxSurge`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
