#include <fmt/format.h>

#include "argo/hook.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  const auto hook = argo::hook_of(object);
  if (!hook || hook->helm || hook->runs_in("Skip")) return;
  const bool generated = object.node->find({"metadata", "generateName"}) != nullptr;
  if (generated && hook->policies.empty())
    report(object, *hook->node,
           fmt::format("hook {} with `generateName` has no `hook-delete-policy`: each sync leaves "
                       "one more behind, as no later one has its name",
                       to_string(object.kind)));
  else if (!generated && hook->policies.size() == 1 && hook->policies[0] == "HookSucceeded")
    report(object, *hook->node,
           fmt::format("hook {} `{}` is deleted only when it succeeds: one that failed stays under "
                       "its name, so the sync of the fix finds it there instead of creating it",
                       to_string(object.kind), object.full_name()));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_hook_delete_policy_missing{
    .id = "argocd/hook-delete-policy-missing",
    .summary = "a hook that fails once is in the way of the next sync, or piles up",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "The default, BeforeHookCreation, deletes the hook of the sync before. It goes by name, so "
        "it does nothing for `generateName`; and it no longer holds once another policy is given.",
    .instead =
        "1. With a name: `argocd.argoproj.io/hook-delete-policy: BeforeHookCreation`, which is the "
        "default.\n"
        "2. With `generateName`: `HookSucceeded`, so that failed ones stay to be looked at.",
    .references = "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
