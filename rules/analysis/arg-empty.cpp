#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::GateSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* passed =
      subject.rollout && subject.gate.node ? subject.gate.node->find("args") : nullptr;
  if (!passed) return;
  for (const yaml::Node& item : passed->items) {
    const yaml::Node* name = item.find("name");
    if (!name || item.find("value") || item.find("valueFrom")) continue;
    report(
        subject.object, item,
        fmt::format("argument `{}` has neither value nor valueFrom: it is passed as the empty text",
                    name->text));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_arg_empty{
    .id = "analysis/arg-empty",
    .summary = "an argument that becomes the empty text",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "An argument of an analysis with neither value nor valueFrom is passed as the empty text, "
        "also over a default of the template: `service=\"\"` selects series without that label.",
    .instead = "1. Give it a value, or leave the entry out for the template's default.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
