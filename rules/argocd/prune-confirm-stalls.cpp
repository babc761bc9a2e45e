#include <fmt/format.h>

#include "argo/application.h"
#include "argo/hook.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::Object& object, const ManifestContext& context, Report& report) {
  if (const auto application = argo::read_application(object))
    if (const yaml::Node* const option = application->option("Prune=confirm"))
      report(object, *option,
             fmt::format("`Prune=confirm` for all objects of {}: a rollback that has anything to "
                         "prune waits until somebody annotates the Application with "
                         "`argocd.argoproj.io/deletion-approved`",
                         application->title()));
  if (context.base == nullptr || object.name.empty() ||
      !argo::has_sync_option(object, "Prune=confirm"))
    return;
  if (context.base->is_unclear(object.source->path) ||
      !context.base->find(object.kind, object.namespace_name, object.name).empty())
    return;
  report(object, *argo::annotation(object, "argocd.argoproj.io/sync-options"),
         fmt::format("the change adds {} `{}` with `Prune=confirm`: taking the change back prunes "
                     "it, and that waits until somebody annotates the Application with "
                     "`argocd.argoproj.io/deletion-approved`",
                     to_string(object.kind), object.full_name()));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_prune_confirm_stalls{
    .id = "argocd/prune-confirm-stalls",
    .summary = "taking the change back waits for somebody to confirm a deletion",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "`Prune=confirm` guards data against a mistaken commit. In a rollback that removes the "
        "object, the operation stays Running until a person approves the deletion, and nothing "
        "else can be synced meanwhile.",
    .instead =
        "1. Put the approval into the runbook: annotate the Application with "
        "`argocd.argoproj.io/deletion-approved: <time in ISO 8601>`.\n"
        "2. Use `Prune=false` on what must never go by itself.",
    .references =
        "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/"
        "#resource-pruning-with-confirmation",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
