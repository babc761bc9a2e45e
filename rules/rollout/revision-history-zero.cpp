
#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const argo::Object& object = subject.object;
  if (object.kind != argo::ObjectKind::rollout || !object.judged) return;
  if (argo::int_at(*object.node, {"spec", "revisionHistoryLimit"}) != 0) return;
  report(object, argo::place_of(*object.node, {"spec", "revisionHistoryLimit"}),
         "no old ReplicaSet is kept, so `undo` has nothing to go back to");
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_revision_history_zero{
    .id = "rollout/revision-history-zero",
    .summary = "no old revision is kept to go back to",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "`undo` copies the pod template of an old ReplicaSet. With a limit of 0 the "
        "controller removes each one as soon as it is scaled down, and with it the "
        "analysis runs that would say why.",
    .instead = "1. Remove `revisionHistoryLimit` (10 are kept then), or set it to at least 3.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/rollback/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
