#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const argo::Object& object = subject.object;
  if (object.kind != argo::ObjectKind::rollout || !object.judged) return;
  const auto window = argo::int_at(*object.node, {"spec", "rollbackWindow", "revisions"});
  const auto kept = argo::int_at(*object.node, {"spec", "revisionHistoryLimit"}).value_or(10);
  if (!window || *window <= kept || kept < 0) return;
  report(
      object, argo::place_of(*object.node, {"spec", "rollbackWindow", "revisions"}),
      fmt::format("{} revisions back are to be a fast rollback, and {} are kept", *window, kept));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_rollback_window_exceeds_history{
    .id = "rollout/rollback-window-exceeds-history",
    .summary = "a rollback window longer than what is kept",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Within `rollbackWindow.revisions` a rollback skips steps and analysis. It needs "
        "the old ReplicaSet, and revisionHistoryLimit (10 when absent) has the controller "
        "remove it before: the last revisions of the window do not exist.",
    .instead = "1. Raise `revisionHistoryLimit` above the window, or shorten the window.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/rollback/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
