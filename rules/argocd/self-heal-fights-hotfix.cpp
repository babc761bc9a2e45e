#include <fmt/format.h>

#include "argo/application.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  const auto application = argo::read_application(object);
  if (!application || !application->auto_sync || !application->auto_sync->self_heal) return;
  report(
      object, *application->auto_sync->node->find("selfHeal"),
      fmt::format("`selfHeal` of {} takes back what people change in the cluster: an `undo` of a "
                  "Rollout, a scaled Deployment or a hotfix lasts seconds",
                  application->title()));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_self_heal_fights_hotfix{
    .id = "argocd/self-heal-fights-hotfix",
    .summary = "selfHeal takes every change by hand back within seconds",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "With `selfHeal` each difference between cluster and git starts a partial sync, after 2 s "
        "at first. `kubectl argo rollouts undo` writes the old pod template into the Rollout, "
        "which is such a difference: Argo CD writes the bad one back and the rollout starts again. "
        "An abort changes the status alone and stays.",
    .instead =
        "1. Put into the runbook: switch auto-sync off before any change by hand.\n"
        "2. Or roll back in git alone, and make that path fast.",
    .references =
        "https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/#automatic-self-healing",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
