#include <fmt/format.h>

#include "argo/application.h"
#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  const argo::Object& object = subject.object;
  if (object.kind != argo::ObjectKind::rollout || !object.judged) return;
  for (const argo::ObjectKind kind :
       {argo::ObjectKind::application, argo::ObjectKind::application_set})
    for (const argo::Object* one : context.head.of(kind)) {
      const auto application = argo::read_application(*one);
      if (!application || !application->auto_sync || !application->auto_sync->self_heal) continue;
      if (!deploys(*application, object)) continue;
      report(object, argo::place_of(*object.node, {"metadata", "name"}),
             fmt::format("{} heals itself and writes rollout `{}` as git has it: `undo` is taken "
                         "back within seconds, `abort` stays until git changes",
                         application->title(), object.name));
      return;
    }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_gitops_undo_hint{
    .id = "rollout/gitops-undo-hint",
    .summary = "a Rollout that only git can take back",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "`kubectl argo rollouts undo` writes the old pod template into the Rollout. An Application "
        "with selfHeal sees a difference from git and writes the bad one back. `abort` changes the "
        "status alone, which Argo CD leaves as it is: traffic goes back to the stable version.",
    .instead =
        "1. Roll back by `kubectl argo rollouts abort`, then revert the commit in git.\n"
        "2. Say so in the runbook.",
    .references =
        "https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/#automatic-self-healing",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
