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
  if (!ref || ref->kind != yaml::Kind::map) return;
  if (const yaml::Node* const node = ref->find("scaleDown")) {
    const std::string_view word = argo::text_at(*ref, {"scaleDown"});
    if (word == "never" || word == "onsuccess" || word == "progressively" || word.empty()) return;
    report(
        object, *node,
        fmt::format("`{}` is none of `never`, `onsuccess`, `progressively`: the controller takes "
                    "it for never, and the Deployment keeps its pods",
                    word));
    return;
  }
  if (argo::text_at(*ref, {"kind"}) != "Deployment") return;
  const argo::Object* const deployment =
      argo::nearest_of(context.head.find(argo::ObjectKind::deployment, object.namespace_name,
                                         argo::text_at(*ref, {"name"})),
                       object);
  if (!deployment) return;
  const auto replicas = argo::int_at(*deployment->node, {"spec", "replicas"});
  if (replicas == 0 || (!replicas && deployment->node->find({"spec", "replicas"}))) return;
  report(
      object, argo::place_of(*object.node, {"spec", "workloadRef"}),
      fmt::format("Deployment `{}` keeps its {} pods beside those of the rollout: `scaleDown` is "
                  "not given",
                  deployment->name, replicas.value_or(1)));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_workload_ref_scale_down{
    .id = "rollout/workload-ref-scale-down",
    .summary = "the Deployment goes on running beside the Rollout",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A Rollout with `workloadRef` starts pods of its own. Without a valid "
        "`workloadRef.scaleDown` the Deployment keeps its pods as well: twice the "
        "capacity, and old pods that no weight counts. Any other word than never, "
        "onsuccess and progressively means never, silently.",
    .instead = "1. Set `scaleDown: onsuccess`, or set the Deployment's `replicas: 0`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/migrating/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
