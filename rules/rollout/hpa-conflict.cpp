#include <fmt/format.h>

#include "argo/lookup.h"
#include "argo/neighbours.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  const argo::Object& object = subject.object;
  if (object.kind != argo::ObjectKind::rollout || !object.judged) return;
  const yaml::Node* const ref = object.node->find({"spec", "workloadRef"});
  if (!ref || argo::text_at(*ref, {"kind"}) != "Deployment") return;
  const std::string_view name = argo::text_at(*ref, {"name"});
  const argo::Object* const scaler = argo::autoscaler_of(object, "Deployment", name, context.head);
  if (!scaler || name.empty()) return;
  report(object, argo::place_of(*object.node, {"spec", "workloadRef"}),
         fmt::format("HorizontalPodAutoscaler `{}` scales Deployment `{}`, not this rollout",
                     scaler->name, name));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_hpa_conflict{
    .id = "rollout/hpa-conflict",
    .summary = "the autoscaler scales what the Rollout has taken over",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "With `workloadRef` the pods belong to the Rollout. An autoscaler that still "
        "names the Deployment scales that one: the Rollout does not grow under load, and "
        "the Deployment starts pods again.",
    .instead = "1. Let the autoscaler's `scaleTargetRef` name the Rollout.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/hpa-support/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
