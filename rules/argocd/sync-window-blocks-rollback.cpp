#include <fmt/format.h>

#include "argo/sync_window.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  for (const argo::SyncWindow& window : argo::sync_windows(object)) {
    if (window.manual || window.always_open) continue;
    report(object, *window.node,
           fmt::format("{} window `{}` for {} of AppProject `{}` lacks `manualSync: true`: {} a "
                       "rollback is accepted, waits until {} and blocks every other operation",
                       window.deny ? "deny" : "allow", window.schedule, window.duration,
                       object.full_name(), window.deny ? "in it" : "outside of it",
                       window.deny ? "the window closes" : "a window opens"));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_sync_window_blocks_rollback{
    .id = "argocd/sync-window-blocks-rollback",
    .summary = "a sync window holds up a rollback by hand",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A rollback is a manual sync. While a deny window is open, or an allow window is not, "
        "manual syncs pass only when all windows that stand against them have `manualSync: true`. "
        "The API accepts a rollback all the same; the operation then sits in Running with `blocked "
        "by sync window`, holds the slot of the Application, and not even terminating it helps "
        "before the window ends.",
    .instead =
        "1. Set `manualSync: true` on the window: automatic syncs stay out, a person can roll "
        "back.\n"
        "2. Where a person must not either, write down who may change the AppProject in an "
        "incident.",
    .references = "https://argo-cd.readthedocs.io/en/stable/user-guide/sync_windows/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
