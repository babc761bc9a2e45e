#include <fmt/format.h>

#include "argo/sync_window.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  const yaml::Node* first = nullptr;
  std::size_t count = 0;
  for (const argo::SyncWindow& window : argo::sync_windows(object)) {
    if (window.overrun || window.always_open) continue;
    if (first == nullptr) first = window.node;
    ++count;
  }
  if (first == nullptr) return;
  report(
      object, *first,
      fmt::format("{} of AppProject `{}` {} no `syncOverrun`: a sync that still runs when syncing "
                  "ends there waits half done until it is allowed again",
                  count == 1 ? "a sync window" : fmt::format("{} sync windows", count),
                  object.full_name(), count == 1 ? "has" : "have"));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_sync_window_no_overrun{
    .id = "argocd/sync-window-no-overrun",
    .summary = "a sync that is still running stops when its window ends",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "The controller looks at the windows in each pass of a sync. One that waits for a wave, a "
        "hook or a Rollout when an allow window closes or a deny window opens is held where it is: "
        "part of the objects new, part old, and the slot for operations taken. Since Argo CD 3.5 "
        "`syncOverrun` lets it end.",
    .instead =
        "1. Set `syncOverrun: true` on the windows, from Argo CD 3.5 on; before, keep syncs short "
        "before a window ends.",
    .references = "https://argo-cd.readthedocs.io/en/latest/user-guide/sync_windows/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
