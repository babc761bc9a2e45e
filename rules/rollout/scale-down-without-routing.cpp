
#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* const canary = canary_of(subject);
  if (!canary || !subject.object.judged || canary->find("trafficRouting")) return;
  if (!argo::int_at(*canary, {"scaleDownDelaySeconds"})) return;
  report(subject.object, *canary->find("scaleDownDelaySeconds"),
         "`scaleDownDelaySeconds` without `trafficRouting`: the rollout is invalid and stands "
         "still");
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_scale_down_without_routing{
    .id = "rollout/scale-down-without-routing",
    .summary = "a delay that a canary without routing cannot have",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Without traffic routing the traffic follows the pods, so none of the old version "
        "can stay behind. The controller refuses `scaleDownDelaySeconds` there as "
        "InvalidSpec; nothing is deployed any more.",
    .instead = "1. Remove `scaleDownDelaySeconds`, or add `trafficRouting`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/specification/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
