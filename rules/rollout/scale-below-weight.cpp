#include <fmt/format.h>

#include "argo/canary_scale.h"
#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  if (!subject.object.judged) return;
  const int factor = context.config.thresholds.capacity_factor;
  for (const argo::ScaledWeight& at : argo::weights_under_scale(subject)) {
    if (at.load() <= factor) continue;
    report(
        subject.object, argo::place_of(*at.weight->node, {"setWeight"}),
        fmt::format("{} of {} pods get {} % of the traffic here, {:.1f} times what a pod is meant "
                    "to get: the `setCanaryScale` before is still in force",
                    at.pods, subject.rollout.replicas, at.share, at.load()));
    return;
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_scale_below_weight{
    .id = "rollout/scale-below-weight",
    .summary = "more traffic than the canary has pods for",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A setCanaryScale stays in force until another one or matchTrafficWeight. Weights "
        "after it move traffic, not pods: the canary gets a multiple of the load of a "
        "stable pod, fails for lack of capacity, and the analysis blames the release.",
    .instead =
        "1. Put `setCanaryScale: {matchTrafficWeight: true}` before the weights that "
        "grow.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
