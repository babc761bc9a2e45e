#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* const canary = canary_of(subject);
  if (!canary || !subject.object.judged || !subject.rollout.dynamic_stable_scale) return;
  const char* const because = !canary->find("trafficRouting") ? "without `trafficRouting`"
                              : canary->find("scaleDownDelaySeconds")
                                  ? "together with `scaleDownDelaySeconds`"
                                  : nullptr;
  if (!because) return;
  report(subject.object, *canary->find("dynamicStableScale"),
         fmt::format("`dynamicStableScale` {}: the rollout is invalid and stands still", because));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_dynamic_stable_scale_invalid{
    .id = "rollout/dynamic-stable-scale-invalid",
    .summary = "dynamicStableScale where it cannot be",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Scaling the stable version with its weight needs a router that moves traffic on "
        "its own, and it leaves nothing that could be scaled down after a delay. In the "
        "wrong company the controller refuses the Rollout as InvalidSpec.",
    .instead =
        "1. Remove `dynamicStableScale`; an abort is then a change of weights, with all "
        "stable pods there.\n"
        "2. Or add `trafficRouting` and remove `scaleDownDelaySeconds`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/specification/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
