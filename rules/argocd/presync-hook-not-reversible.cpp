#include <fmt/format.h>

#include <string_view>

#include "argo/hook.h"
#include "argo/migrator.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  if (object.kind != argo::ObjectKind::job) return;
  const auto hook = argo::hook_of(object);
  if (!hook || (!hook->runs_in("PreSync") && !hook->runs_in("Sync"))) return;
  const auto migrators = argo::migrators_of(object);
  if (migrators.empty()) return;
  const std::string_view tool = migrators.front().tool;
  report(object, *hook->node,
         fmt::format("Job `{}` migrates the database{} in a {} hook: a rollback by Argo CD runs no "
                     "hooks, so the old release meets the new schema, and a revert in git runs the "
                     "old migrations against it",
                     object.full_name(), tool.empty() ? "" : fmt::format(" with {}", tool),
                     hook->runs_in("PreSync") ? "PreSync" : "Sync"));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_presync_hook_not_reversible{
    .id = "argocd/presync-hook-not-reversible",
    .summary = "a hook migrates the database, and a rollback does not run hooks",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "Argo CD's rollback applies the manifests of the old revision and leaves hooks out. "
        "Whatever a PreSync Job did to the schema stays. A revert in git does run the hook, with "
        "the migrations of the old release, which know nothing to undo and, with some tools, "
        "refuse a database that is ahead of them.",
    .instead =
        "1. Expand, then contract: each migration must leave the previous release working.\n"
        "2. Have `backout check` judge the migrations of the same change.\n"
        "3. If a step back is needed, write the down migration and who runs it into the runbook.",
    .references = "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
