#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const argo::Object& object = subject.object;
  if (object.kind != argo::ObjectKind::rollout || !object.judged) return;
  const auto window = argo::int_at(*object.node, {"spec", "rollbackWindow", "revisions"});
  if (!window || *window <= 0 || subject.gates.empty()) return;
  report(object, argo::place_of(*object.node, {"spec", "rollbackWindow", "revisions"}),
         fmt::format("a return to one of the last {} revisions takes no step and runs no analysis",
                     *window));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_rollback_window_skips_gate{
    .id = "rollout/rollback-window-skips-gate",
    .summary = "a return within the window is not analysed",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "Going back to a revision within `rollbackWindow` skips steps, pauses and "
        "analysis. That is its purpose; a migration since then, or a configuration "
        "outside of the pod template, may still have made that revision bad.",
    .instead = "1. Keep the window as short as the rollbacks you would do without looking.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/rollback/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
