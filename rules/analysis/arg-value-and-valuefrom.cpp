#include <fmt/format.h>

#include "argo/attached.h"
#include "core/rule.h"

namespace backout {
namespace {

void check_list(const argo::Object& object, const yaml::Node* list, Report& report) {
  if (!list) return;
  for (const yaml::Node& item : list->items) {
    const yaml::Node* name = item.find("name");
    if (!item.find("value") || !item.find("valueFrom")) continue;
    report(object, item,
           fmt::format("argument `{}` has both value and valueFrom: the analysis is refused",
                       name ? name->text : ""));
  }
}

void check(const argo::GateSubject& subject, const ManifestContext& context, Report& report) {
  if (subject.rollout && subject.gate.node)
    check_list(subject.object, subject.gate.node->find("args"), report);
  for (const yaml::Node* document : subject.gate.templates)
    if (const argo::Object* object = object_of(context.head, document))
      check_list(*object, document->find({"spec", "args"}), report);
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_arg_value_and_valuefrom{
    .id = "analysis/arg-value-and-valuefrom",
    .summary = "an argument with two values",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "An argument takes a value or valueFrom. With both the analysis is refused when it starts, "
        "which aborts the rollout.",
    .instead = "1. Remove one of them.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
