#include <fmt/format.h>

#include "argo/application.h"
#include "argo/hook.h"
#include "core/rule.h"

namespace backout {
namespace {

using argo::Object;
using argo::ObjectKind;

bool holds_data(ObjectKind kind) {
  return kind == ObjectKind::persistent_volume_claim || kind == ObjectKind::name_space ||
         kind == ObjectKind::stateful_set || kind == ObjectKind::custom_resource_definition;
}

bool is_guarded(const Object& object) {
  const yaml::Node* const keep = argo::annotation(object, "helm.sh/resource-policy");
  return argo::has_sync_option(object, "Prune=false") ||
         argo::has_sync_option(object, "Prune=confirm") || argo::hook_of(object) ||
         (keep != nullptr && keep->text == "keep");
}

void check(const ManifestContext& context, Report& report) {
  for (const Object* const parent : context.head.of(ObjectKind::application)) {
    const auto application = argo::read_application(*parent);
    if (!application->auto_sync || !application->auto_sync->prune ||
        application->option("Prune=false") != nullptr ||
        application->option("Prune=confirm") != nullptr)
      continue;
    for (const Object& object : context.head.all()) {
      if (!holds_data(object.kind) || !(object.judged || parent->judged) || is_guarded(object) ||
          !argo::deploys(*application, object))
        continue;
      const yaml::Node* const name = object.node->find({"metadata", "name"});
      report(object, name != nullptr ? *name : *object.node,
             fmt::format("{} `{}` has no `Prune=false`: auto-sync of {} prunes, so a commit or a "
                         "revert without this object deletes it with what it holds",
                         to_string(object.kind), object.full_name(), application->title()));
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_auto_prune_without_guard{
    .id = "argocd/auto-prune-without-guard",
    .summary = "auto-sync may prune what holds data",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "With `prune` an object that is no longer in git is deleted in the cluster, seconds after "
        "the merge: a moved file, a wrong path, or a revert of the commit that added it is enough. "
        "A volume claim, a namespace or a custom resource definition takes its data with it, and "
        "no rollback brings that back.",
    .instead =
        "1. Annotate the object: `argocd.argoproj.io/sync-options: Prune=false`, or "
        "`Prune=confirm` to be asked.\n"
        "2. Or set the option for the whole Application.",
    .references =
        "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#no-prune-resources",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
