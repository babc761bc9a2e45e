#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

// The controller's test for "no template" looks at its labels and annotations alone.
bool has_template(const yaml::Node& object) {
  for (const char* key : {"labels", "annotations"}) {
    const yaml::Node* const node = object.find({"spec", "template", "metadata", key});
    if (node && !node->entries.empty()) return true;
  }
  return false;
}

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const argo::Object& object = subject.object;
  if (object.kind != argo::ObjectKind::rollout || !object.judged) return;
  const yaml::Node* const ref = object.node->find({"spec", "workloadRef"});
  if (!ref || ref->kind != yaml::Kind::map || !has_template(*object.node)) return;
  report(object, argo::place_of(*object.node, {"spec", "template"}),
         fmt::format("a pod template beside `workloadRef` to `{}`: the rollout is invalid and "
                     "stands still",
                     argo::text_at(*ref, {"name"})));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_workload_ref_with_template{
    .id = "rollout/workload-ref-with-template",
    .summary = "two pod templates: its own and another object's",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "With `workloadRef` the pods are those of the object it names. A `template` "
        "beside it makes the Rollout InvalidSpec: nothing is deployed any more, a "
        "rollback neither.",
    .instead = "1. Remove `template` and `selector`, or `workloadRef`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/migrating/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
