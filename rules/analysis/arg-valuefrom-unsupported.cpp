#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::Object& object, const ManifestContext&, Report& report) {
  if (object.kind != argo::ObjectKind::analysis_template &&
      object.kind != argo::ObjectKind::cluster_analysis_template)
    return;
  const yaml::Node* args = object.node->find({"spec", "args"});
  if (!args) return;
  for (const yaml::Node& item : args->items) {
    const yaml::Node* field = item.find({"valueFrom", "fieldRef"});
    const yaml::Node* name = item.find("name");
    if (field)
      report(object, *field,
             fmt::format(
                 "argument `{}`: a fieldRef in a template is never resolved; the rollout has to "
                 "pass it",
                 name ? name->text : ""));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_arg_valuefrom_unsupported{
    .id = "analysis/arg-valuefrom-unsupported",
    .summary = "a template argument from a source that is never read",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Of `valueFrom` in a template Argo Rollouts resolves secretKeyRef alone. A fieldRef there "
        "is accepted by the API server and never filled in, so the argument has no value.",
    .instead =
        "1. Take the field in the rollout: `args: [{name: …, valueFrom: {fieldRef: …}}]` under its "
        "analysis.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
