#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  const argo::Object& object = subject.object;
  if (object.kind != argo::ObjectKind::rollout || !object.judged) return;
  const auto kept = argo::int_at(*object.node, {"spec", "revisionHistoryLimit"});
  if (!kept || *kept <= 0 || *kept >= context.config.thresholds.least_history) return;
  report(object, *object.node->find({"spec", "revisionHistoryLimit"}),
         fmt::format("only {} old revision{} to go back to", *kept, *kept == 1 ? "" : "s"));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_revision_history_low{
    .id = "rollout/revision-history-low",
    .summary = "few old revisions are kept",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "`undo` and a look at why a release failed need the old ReplicaSets and their "
        "analysis runs. With one or two kept, two bad releases in a row leave nothing "
        "good to go back to.",
    .instead = "1. Set `revisionHistoryLimit` to 3 or more; 10 is the default.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/rollback/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
