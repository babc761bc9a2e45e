#include <fmt/format.h>

#include "argo/application.h"
#include "core/rule.h"

namespace backout {
namespace {

// What puts auto-sync back on by itself has a rule of its own: argocd/appset-reverts-sync-policy.
bool is_left_alone(const argo::Application& application) {
  return !application.generated ||
         argo::ignores(application.object->node->find({"spec", "ignoreApplicationDifferences"}),
                       "/spec/syncPolicy/automated");
}

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  const auto application = argo::read_application(object);
  if (!application || !application->auto_sync || !is_left_alone(*application)) return;
  report(
      object, *application->auto_sync->node,
      fmt::format("auto-sync of {} is on: Argo CD refuses to roll back until it is switched off, "
                  "and deploys the bad revision again if it is switched on before the revert is "
                  "in git",
                  application->title()));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_auto_sync_blocks_rollback{
    .id = "argocd/auto-sync-blocks-rollback",
    .summary = "auto-sync is on, and Argo CD refuses a rollback while it is",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "`argocd app rollback` and the button are refused while `syncPolicy.automated` is on. "
        "Switched off and on again around the rollback, it compares the last synced revision with "
        "the tracked branch: when that still holds the bad commit, it is deployed at once.",
    .instead =
        "1. Put the order into the runbook: switch auto-sync off, roll back, merge the revert, "
        "wait until the Application sees it, switch on again.\n"
        "2. Give the token that does it the right `update` on Applications.\n"
        "3. Where a person syncs releases anyway, leave `automated` away.",
    .references =
        "https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/#automated-sync-semantics",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
