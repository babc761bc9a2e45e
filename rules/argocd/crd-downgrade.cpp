#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "argo/application.h"
#include "argo/pair.h"
#include "core/rule.h"

namespace backout {
namespace {

std::string_view name_of(const yaml::Node& version) {
  const yaml::Node* const name = version.find("name");
  return name != nullptr ? name->text : std::string_view();
}

const yaml::Node* stored(const argo::Object& definition) {
  if (const yaml::Node* const list = definition.node->find({"spec", "versions"}))
    for (const yaml::Node& version : list->items)
      if (argo::is_true(version.find("storage"))) return &version;
  return nullptr;
}

void check(const argo::Object& object, const ManifestContext& context, Report& report) {
  if (object.kind != argo::ObjectKind::custom_resource_definition || context.base == nullptr)
    return;
  const argo::Object* const base = argo::counterpart(object, *context.base);
  const yaml::Node* const now = stored(object);
  if (base == nullptr || now == nullptr) return;
  const yaml::Node* const list = base->node->find({"spec", "versions"});
  if (list == nullptr ||
      std::any_of(list->items.begin(), list->items.end(),
                  [&](const yaml::Node& old) { return name_of(old) == name_of(*now); }))
    return;
  report(object, *now->find("storage"),
         fmt::format("CustomResourceDefinition `{}` stores objects as `{}`, which the released "
                     "definition does not have: "
                     "Kubernetes refuses the revert (`status.storedVersions` names `{}`), and what "
                     "was written since cannot be read as the old version",
                     object.name, name_of(*now), name_of(*now)));
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_crd_downgrade{
    .id = "argocd/crd-downgrade",
    .summary = "objects are stored in a version that the released definition does not have",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A custom resource definition has one version that objects are stored in. Once objects are "
        "stored in a new one, the API server refuses a definition without it, so the revert of the "
        "release that introduced it cannot be synced. Taking the entry out of "
        "`status.storedVersions` by force orphans the objects.",
    .instead =
        "1. Release 1: add the version with `served: true`, `storage: false`.\n"
        "2. Release 2, when release 1 will not be rolled back any more: make it the storage "
        "version.\n"
        "3. Later: migrate the stored objects, then remove the old version.",
    .references =
        "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/"
        "custom-resource-definition-versioning/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
