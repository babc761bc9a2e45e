#include <fmt/format.h>

#include "argo/hook.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  if (object.kind != argo::ObjectKind::job) return;
  const auto hook = argo::hook_of(object);
  if (!hook || !hook->runs_in("PostSync")) return;
  report(
      object, *hook->node,
      fmt::format("Job `{}` runs after a sync, not after a rollback: Argo CD runs no hooks then, "
                  "so what it checks or announces has to be done by hand",
                  object.full_name()));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_postsync_hook_skipped{
    .id = "argocd/postsync-hook-skipped",
    .summary = "checks after a sync do not run after a rollback",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "A rollback in Argo CD applies the old manifests without any hook. Smoke tests, cache "
        "warming and notifications in PostSync hooks are left out just when they are wanted most.",
    .instead =
        "1. Put into the runbook how to run the Job by hand: `kubectl create job --from` needs a "
        "CronJob, so keep its manifest at hand.",
    .references = "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
