#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

// A container that may take what memory its node has; null when each has a limit. Beyond its limit
// a container is killed alone, and its neighbours never know.
const yaml::Node* unbounded(const yaml::Node& pod) {
  const yaml::Node* const containers = pod.find("containers");
  if (!containers) return nullptr;
  for (const yaml::Node& container : containers->items)
    if (container.kind == yaml::Kind::map && !container.find({"resources", "limits", "memory"}))
      return &container;
  return nullptr;
}

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* const canary = canary_of(subject);
  const yaml::Node* const strategy = canary ? canary : blue_green_of(subject);
  if (!strategy || !subject.object.judged || strategy->find("antiAffinity")) return;
  // Of a workloadRef the pods are described elsewhere.
  const yaml::Node* const pod = subject.object.node->find({"spec", "template", "spec"});
  if (!pod || pod->find("affinity") || pod->find("topologySpreadConstraints")) return;
  if (subject.rollout.replicas_known && subject.rollout.replicas < 2) return;
  const yaml::Node* const container = unbounded(*pod);
  if (!container) return;
  const char* const kind = canary ? "canary" : "blueGreen";
  report(subject.object,
         argo::place_of(*subject.object.node, {"spec", "strategy", kind, "antiAffinity"}),
         fmt::format("no `antiAffinity`, and container `{}` has no memory limit: a new pod that "
                     "leaks takes the stable pods on its node down with it",
                     argo::text_at(*container, {"name"})));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_anti_affinity_missing{
    .id = "rollout/anti-affinity-missing",
    .summary = "both versions may share a node",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "A canary without a memory limit that uses up its node takes the stable pods there "
        "with it, and an abort finds them starting. `antiAffinity` keeps new pods "
        "off the nodes of the old ones; so do spread constraints of your own, in part.",
    .instead =
        "1. Give each container a memory limit: beyond it, it is killed alone.\n"
        "2. Or set `antiAffinity` with `preferredDuringSchedulingIgnoredDuringExecution: "
        "{weight: 1}`.",
    .references =
        "https://argo-rollouts.readthedocs.io/en/stable/features/anti-affinity/anti-affinity/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
