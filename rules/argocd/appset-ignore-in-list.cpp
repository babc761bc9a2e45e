#include <fmt/format.h>

#include <string_view>

#include "argo/application.h"
#include "core/rule.h"

namespace backout {
namespace {

bool is_in_list(std::string_view path) {
  return path.starts_with("/spec/sources/") || path.starts_with(".spec.sources[") ||
         path.starts_with(".spec.sources |");
}

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  if (object.kind != argo::ObjectKind::application_set) return;
  const yaml::Node* const rules = object.node->find({"spec", "ignoreApplicationDifferences"});
  if (rules == nullptr) return;
  for (const yaml::Node& rule : rules->items)
    for (const std::string_view key : {"jsonPointers", "jqPathExpressions"}) {
      const yaml::Node* const list = rule.find(key);
      if (list == nullptr) continue;
      for (const yaml::Node& path : list->items)
        if (is_in_list(path.text))
          report(
              object, path,
              fmt::format("`{}` lies in a list: as soon as another source differs, ApplicationSet "
                          "`{}` writes the whole list, and what was changed for a rollback is "
                          "gone",
                          path.text, object.full_name()));
    }
}

}  // namespace

namespace rules {
extern constinit const Rule argocd_appset_ignore_in_list{
    .id = "argocd/appset-ignore-in-list",
    .summary = "an ignored difference inside a list is overwritten all the same",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "The controller brings its Applications in line by a merge patch, and a merge patch "
        "replaces lists whole. A rule for one entry of `sources` holds only while no other entry "
        "differs.",
    .instead =
        "1. Ignore the whole list (`/spec/sources`), or use a single `source`.\n"
        "2. For rollbacks ignore `/spec/syncPolicy/automated`, which is no list.",
    .references =
        "https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/"
        "Controlling-Resource-Modification/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
