#include <fmt/format.h>

#include "argo/lookup.h"
#include "argo/neighbours.h"
#include "core/rule.h"
#include "yaml/value.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  const argo::Object& object = subject.object;
  if (object.kind != argo::ObjectKind::rollout || !object.judged) return;
  const yaml::Node* const node = object.node->find({"spec", "replicas"});
  if (!node || !yaml::as_int(*node)) return;
  const argo::Object* const scaler =
      argo::autoscaler_of(object, "Rollout", object.name, context.head);
  if (!scaler) return;
  report(object, *node,
         fmt::format("each sync sets {} replicas, whatever HorizontalPodAutoscaler `{}` has scaled "
                     "to",
                     node->text, scaler->name));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_replicas_and_hpa{
    .id = "rollout/replicas-and-hpa",
    .summary = "git and an autoscaler both set the replicas",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "Every sync of the manifest sets `spec.replicas` back to what git says, also in "
        "the middle of a rollout and under load; the autoscaler then needs its time to "
        "grow again. With pods as weights the canary's share jumps too.",
    .instead = "1. Remove `spec.replicas`; the autoscaler's `minReplicas` takes its place.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/hpa-support/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
