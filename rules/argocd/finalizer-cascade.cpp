#include <fmt/format.h>

#include <string_view>

#include "argo/application.h"
#include "argo/pair.h"
#include "core/rule.h"

namespace backout {
namespace {

using argo::ObjectKind;

constexpr std::string_view finalizer = "resources-finalizer.argocd.argoproj.io";

const yaml::Node* cascade_of(const argo::Object& object) {
  const yaml::Node* const list = object.node->find({"metadata", "finalizers"});
  if (list == nullptr) return nullptr;
  for (const yaml::Node& one : list->items)
    if (one.text.starts_with(finalizer)) return &one;
  return nullptr;
}

void check(const ManifestContext& context, Report& report) {
  if (context.base == nullptr) return;
  for (const argo::Object* const object : argo::removed(*context.base, context.head)) {
    if (object->kind == ObjectKind::application) {
      if (const yaml::Node* const node = cascade_of(*object))
        report(
            *object, *node,
            fmt::format("Application `{}` is removed with its finalizer: once it is pruned, Argo "
                        "CD deletes everything it deployed, and a revert creates it from nothing",
                        object->full_name()));
    } else if (object->kind == ObjectKind::application_set) {
      if (argo::is_true(object->node->find({"spec", "syncPolicy", "preserveResourcesOnDeletion"})))
        continue;
      if (const yaml::Node* const generators = object->node->find({"spec", "generators"}))
        report(*object, *generators,
               fmt::format("ApplicationSet `{}` is removed without `preserveResourcesOnDeletion`: "
                           "once it is pruned, its Applications go and Argo CD deletes everything "
                           "they deployed; a revert creates it from nothing",
                           object->full_name()));
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_finalizer_cascade{
    .id = "argocd/finalizer-cascade",
    .summary = "the change removes an Application whose finalizer deletes its workloads",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "With `resources-finalizer.argocd.argoproj.io` the deletion of an Application deletes all "
        "it deployed, volume claims and namespaces included; an ApplicationSet puts that finalizer "
        "on each of its Applications unless it preserves resources. A revert of the commit brings "
        "the Application back and deploys anew, without the data.",
    .instead =
        "1. First a change of its own that takes the finalizer away (or sets "
        "`preserveResourcesOnDeletion: true`), and wait until it is synced.\n"
        "2. Then remove the Application; what it deployed stays.\n"
        "3. Delete the workloads by name when nobody needs them any longer.",
    .references = "https://argo-cd.readthedocs.io/en/stable/user-guide/app_deletion/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
