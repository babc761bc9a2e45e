#include <fmt/format.h>

#include <cstddef>
#include <string_view>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

// Below `spec`, by keys alone; what has other forms is not judged.
bool leads_nowhere(const yaml::Node& root, std::string_view path) {
  if (path.find_first_of("['\"{$") != std::string_view::npos || path == "spec.replicas")
    return false;
  if (path.starts_with("metadata."))
    return path != "metadata.name" && path != "metadata.namespace" && path != "metadata.uid" &&
           path != "metadata.labels" && path != "metadata.annotations";
  if (!path.starts_with("spec.")) return false;
  const yaml::Node* node = &root;
  while (node && !path.empty()) {
    const std::size_t dot = path.find('.');
    node = node->find(path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return !node || node->kind == yaml::Kind::map || node->kind == yaml::Kind::sequence;
}

void check(const argo::GateSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* passed =
      subject.rollout && subject.gate.node ? subject.gate.node->find("args") : nullptr;
  if (!passed || subject.object.kind != argo::ObjectKind::rollout) return;
  for (const yaml::Node& item : passed->items) {
    const yaml::Node* path = item.find({"valueFrom", "fieldRef", "fieldPath"});
    const yaml::Node* name = item.find("name");
    if (!path || !leads_nowhere(*subject.object.node, path->text)) continue;
    report(subject.object, *path,
           fmt::format(
               "argument `{}`: rollout `{}` has no plain value at `{}`: the analysis cannot start "
               "and the rollout hangs",
               name ? name->text : "", subject.object.name, path->text));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_arg_bad_fieldpath{
    .id = "analysis/arg-bad-fieldpath",
    .summary = "an argument from a field that is not there",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A fieldPath is looked up when the analysis starts, and must lead to a plain value of the "
        "rollout. Where it does not, the run cannot be created and the rollout hangs in its step.",
    .instead =
        "1. Name a field that the rollout has: `metadata.name`, `metadata.labels['app']`, "
        "`spec.replicas`.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
