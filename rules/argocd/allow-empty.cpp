#include <fmt/format.h>

#include "argo/application.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  const auto application = argo::read_application(object);
  if (!application || !application->auto_sync) return;
  const argo::AutoSync& auto_sync = *application->auto_sync;
  if (!auto_sync.allow_empty || !auto_sync.prune) return;
  report(object, *auto_sync.node->find("allowEmpty"),
         fmt::format("`allowEmpty` with `prune` on {}: a revision that renders to no objects "
                     "deletes all of them, and a revert creates them from nothing",
                     application->title()));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_allow_empty{
    .id = "argocd/allow-empty",
    .summary = "auto-sync may delete everything when the manifests render to nothing",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Argo CD refuses to auto-sync an Application to an empty list of objects, as a wrong path "
        "or a broken generator gives one. `allowEmpty` takes that guard away: with `prune` the "
        "whole application is deleted, volumes and load balancers included. A revert brings the "
        "objects back, not what they held.",
    .instead =
        "1. Remove `allowEmpty`; an Application that is to be emptied is synced by hand once.\n"
        "2. Keep `Prune=false` on what holds data.",
    .references =
        "https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/"
        "#automatic-pruning-with-allow-empty-v18",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
