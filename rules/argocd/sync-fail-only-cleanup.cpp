#include <fmt/format.h>

#include <string>
#include <string_view>

#include "argo/hook.h"
#include "core/rule.h"

namespace backout {
namespace {

bool goes_back(const argo::Object& object) {
  std::string words(object.name);
  if (const yaml::Node* const pod = object.node->find({"spec", "template", "spec", "containers"}))
    for (const yaml::Node& container : pod->items)
      for (const std::string_view key : {"command", "args"})
        if (const yaml::Node* const list = container.find(key))
          for (const yaml::Node& word : list->items) words.append(" ").append(word.text);
  for (const std::string_view word : {"rollback", "roll-back", "undo", "revert", "restore"})
    if (words.find(word) != std::string::npos) return true;
  return false;
}

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  if (object.kind != argo::ObjectKind::job) return;
  const auto hook = argo::hook_of(object);
  if (!hook || !hook->runs_in("SyncFail") || !goes_back(object)) return;
  report(object, *hook->node,
         fmt::format("Job `{}` goes back in a SyncFail hook: it runs when applying fails, not when "
                     "the release is applied and then turns out bad",
                     object.full_name()));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_sync_fail_only_cleanup{
    .id = "argocd/sync-fail-only-cleanup",
    .summary = "a way back that only runs when the sync itself fails",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "SyncFail hooks run when a sync ends in failure: an object that cannot be applied, a hook "
        "that fails. A release that is applied and then serves errors, or whose health degrades, "
        "is a successful sync; nothing runs.",
    .instead =
        "1. Let an analysis of Argo Rollouts abort a bad release.\n"
        "2. Keep the Job for what a failed sync leaves behind, and write the way back into the "
        "runbook.",
    .references = "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
