#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const argo::Object& object = subject.object;
  if (object.kind != argo::ObjectKind::rollout || !object.judged) return;
  if (!is_whole(subject)) return;
  const yaml::Node* const node = object.node->find({"spec", "minReadySeconds"});
  if (node && argo::int_at(*object.node, {"spec", "minReadySeconds"}) != 0) return;
  report(object, argo::place_of(*object.node, {"spec", "minReadySeconds"}),
         fmt::format("`minReadySeconds` is {}: a pod that crashes soon after its start has counted "
                     "as available",
                     node ? "0" : "not given"));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_min_ready_zero{
    .id = "rollout/min-ready-zero",
    .summary = "a pod counts as available the moment it is ready",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "With minReadySeconds 0, the default, a pod that gets ready and crashes after ten "
        "seconds counts as available: the controller takes the next step or switches "
        "over. An abort gets stable pods counted as quickly.",
    .instead = "1. Set `minReadySeconds` to what a crash at start takes to show, 10 to 30.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/specification/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
