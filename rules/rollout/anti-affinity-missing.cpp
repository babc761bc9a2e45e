
#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* const canary = canary_of(subject);
  const yaml::Node* const strategy = canary ? canary : blue_green_of(subject);
  if (!strategy || !subject.object.judged || strategy->find("antiAffinity")) return;
  // Of a workloadRef the pods are described elsewhere.
  const yaml::Node* const pod = subject.object.node->find({"spec", "template", "spec"});
  if (!pod || pod->find("affinity") || pod->find("topologySpreadConstraints")) return;
  if (subject.rollout.replicas_known && subject.rollout.replicas == 0) return;
  const char* const kind = canary ? "canary" : "blueGreen";
  report(subject.object,
         argo::place_of(*subject.object.node, {"spec", "strategy", kind, "antiAffinity"}),
         "no `antiAffinity`: new pods may land on the nodes of the stable ones and take them down "
         "with them");
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_anti_affinity_missing{
    .id = "rollout/anti-affinity-missing",
    .summary = "both versions may share a node",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "A canary that uses up the memory or the disk of its node takes the stable pods "
        "there with it, and an abort finds them starting. `antiAffinity` keeps new pods "
        "off the nodes of the old ones; so do spread constraints of your own, in part.",
    .instead =
        "1. Set `antiAffinity` with `preferredDuringSchedulingIgnoredDuringExecution: "
        "{weight: 1}`.",
    .references =
        "https://argo-rollouts.readthedocs.io/en/stable/features/anti-affinity/anti-affinity/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
