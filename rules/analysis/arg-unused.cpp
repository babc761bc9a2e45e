#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "argo/attached.h"
#include "argo/placeholder.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  if (object.kind != argo::ObjectKind::analysis_template &&
      object.kind != argo::ObjectKind::cluster_analysis_template)
    return;
  const yaml::Node* spec = object.node->find("spec");
  const yaml::Node* args = spec ? spec->find("args") : nullptr;
  // those that a template names itself may use its arguments
  if (!args || spec->find("templates") || !spec->find("metrics")) return;
  const std::vector<argo::Placeholder> used = argo::placeholders_below(*spec);
  for (const yaml::Node& item : args->items) {
    const yaml::Node* name = item.find("name");
    if (!name || name->text.empty()) continue;
    if (std::any_of(used.begin(), used.end(), [&](const argo::Placeholder& one) {
          return one.argument() == name->text || one.argument().empty();
        }))
      continue;
    report(object, *name,
           fmt::format("argument `{}` is used by no metric of `{}`", name->text, object.name));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_arg_unused{
    .id = "analysis/arg-unused",
    .summary = "an argument that no metric uses",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "An argument that is declared and never used says that the metric is restricted by it when "
        "it is not.",
    .instead = "1. Use it in the query, or drop it.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
