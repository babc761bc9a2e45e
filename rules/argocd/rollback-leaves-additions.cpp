#include <fmt/format.h>

#include "argo/application.h"
#include "argo/hook.h"
#include "core/rule.h"

namespace backout {
namespace {

using argo::Object;
using argo::ObjectKind;

bool is_new(const Object& object, const argo::Objects& base) {
  return object.judged && !object.name.empty() &&
         base.find(object.kind, object.namespace_name, object.name).empty() &&
         !base.is_unclear(object.source->path) && !argo::hook_of(object);
}

void check(const ManifestContext& context, Report& report) {
  if (context.base == nullptr) return;
  for (const Object* const parent : context.head.of(ObjectKind::application)) {
    const auto application = argo::read_application(*parent);
    if (!application->auto_sync || application->auto_sync->prune) continue;
    const Object* first = nullptr;
    std::size_t more = 0;
    for (const Object& object : context.head.all()) {
      if (&object == parent || !argo::deploys(*application, object) ||
          !is_new(object, *context.base))
        continue;
      if (first == nullptr)
        first = &object;
      else
        ++more;
    }
    if (first == nullptr) continue;
    report(
        *first, *first->node->find({"metadata", "name"}),
        fmt::format("the change adds {} `{}`{}, and auto-sync of {} does not prune: a revert or a "
                    "rollback leaves {} running",
                    to_string(first->kind), first->full_name(),
                    more > 0 ? fmt::format(" and {} more", more) : "", application->title(),
                    more > 0 ? "them" : "it"));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_rollback_leaves_additions{
    .id = "argocd/rollback-leaves-additions",
    .summary = "the change adds objects that a revert leaves behind",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "Without `prune` auto-sync creates and changes objects and never deletes one. What a "
        "release added stays in the cluster when the release is taken back: a second consumer of a "
        "queue, an Ingress, a CronJob go on working with the bad version.",
    .instead =
        "1. In the runbook: sync with `--prune` after the revert, or roll back with `--prune`.\n"
        "2. Or set `prune: true`, with `Prune=false` on what holds data.",
    .references =
        "https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/#automatic-pruning",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
