#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

bool is_known(std::string_view group, std::string_view kind) {
  if (kind == "PodTemplate") return group.empty();
  return group == "apps" && (kind == "Deployment" || kind == "ReplicaSet");
}

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const argo::Object& object = subject.object;
  if (object.kind != argo::ObjectKind::rollout || !object.judged) return;
  const yaml::Node* const ref = object.node->find({"spec", "workloadRef"});
  if (!ref) return;
  const std::string_view version = argo::text_at(*ref, {"apiVersion"});
  const std::string_view kind = argo::text_at(*ref, {"kind"});
  const std::size_t slash = version.find('/');
  const std::string_view group =
      slash == std::string_view::npos ? std::string_view() : version.substr(0, slash);
  if (version.empty() || kind.empty() || is_known(group, kind)) return;
  report(object, argo::place_of(*object.node, {"spec", "workloadRef", "kind"}),
         fmt::format("`workloadRef` names a {} of `{}`: the rollout is invalid and stands still",
                     kind, version));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_workload_ref_kind{
    .id = "rollout/workload-ref-kind",
    .summary = "a workloadRef to what cannot be rolled out",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The controller takes pod templates from a Deployment, a ReplicaSet (both of "
        "apps) or a core PodTemplate. Anything else makes the Rollout InvalidSpec: "
        "nothing is deployed any more.",
    .instead = "1. Name a Deployment, with its `apiVersion: apps/v1`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/migrating/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
