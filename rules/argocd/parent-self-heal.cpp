#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "argo/application.h"
#include "core/rule.h"

namespace backout {
namespace {

using argo::Application;
using argo::ObjectKind;

std::vector<Application> applications_of(const argo::Objects& objects) {
  std::vector<Application> out;
  for (const argo::Object* const object : objects.of(ObjectKind::application))
    if (auto one = argo::read_application(*object)) out.push_back(std::move(*one));
  return out;
}

void check(const ManifestContext& context, Report& report) {
  const std::vector<Application> all = applications_of(context.head);
  for (const Application& parent : all) {
    if (!parent.auto_sync || !parent.auto_sync->self_heal) continue;
    if (argo::ignores(parent.spec->find("ignoreDifferences"), "/spec/syncPolicy/automated"))
      continue;
    bool judged = parent.object->judged;
    std::vector<Note> notes;
    const Application* first = nullptr;
    for (const Application& child : all) {
      if (child.object == parent.object || !child.auto_sync ||
          !argo::deploys(parent, *child.object))
        continue;
      if (first == nullptr) first = &child;
      judged = judged || child.object->judged;
      notes.push_back({child.object->at(*child.auto_sync->node),
                       fmt::format("auto-sync of {}", child.title())});
    }
    if (first == nullptr || !judged) continue;
    const std::string more =
        notes.size() > 1 ? fmt::format(" and {} more", notes.size() - 1) : std::string();
    report(*parent.object, *parent.auto_sync->node->find("selfHeal"),
           fmt::format("{} heals its child Applications: auto-sync of {}{} is on again seconds "
                       "after somebody switched it off for a rollback",
                       parent.title(), first->title(), more),
           {.notes = std::move(notes)});
  }
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_parent_self_heal{
    .id = "argocd/parent-self-heal",
    .summary = "a parent Application undoes the switching off of auto-sync",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Argo CD refuses a rollback while auto-sync is on. Where a parent Application deploys the "
        "Application and heals itself, switching auto-sync off is a difference from git that the "
        "parent removes within seconds, and the bad revision is deployed again. The parent's own "
        "auto-sync would have to be off first, and its parent's.",
    .instead =
        "1. In the parent: `ignoreDifferences` for group argoproj.io, kind Application, with the "
        "pointer `/spec/syncPolicy/automated`, and the sync option "
        "`RespectIgnoreDifferences=true`.\n"
        "2. Or leave `selfHeal` of the parent off.\n"
        "3. In the runbook: switch the parents' auto-sync off first, from the top.",
    .references = "https://argo-cd.readthedocs.io/en/stable/operator-manual/cluster-bootstrapping/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
