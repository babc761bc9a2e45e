#include <fmt/format.h>

#include <vector>

#include "argo/canary_scale.h"
#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  if (!subject.object.judged) return;
  const argo::ScaledWeight* first = nullptr;
  const std::vector<argo::ScaledWeight> weights = argo::weights_under_scale(subject);
  for (const argo::ScaledWeight& at : weights) {
    if (at.load() > context.config.thresholds.capacity_factor) return;  // scale-below-weight
    if (!first && at.load() > 1) first = &at;
  }
  if (!first) return;
  report(
      subject.object, *first->scale,
      fmt::format("this stays in force: {} of {} pods get {} % of the traffic at a later weight, "
                  "as no `matchTrafficWeight` follows",
                  first->pods, subject.rollout.replicas, first->share));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_set_canary_scale_sticky{
    .id = "rollout/set-canary-scale-sticky",
    .summary = "weights grow and the canary's pods do not",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A setCanaryScale stays in force until another one or matchTrafficWeight. Weights "
        "after it move traffic, not pods, so each canary pod gets more load than a stable "
        "one.",
    .instead =
        "1. Put `setCanaryScale: {matchTrafficWeight: true}` before the weights that "
        "grow.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
