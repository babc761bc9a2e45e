#include <fmt/format.h>

#include "argo/missing_template.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::GateSubject& subject, const ManifestContext& context, Report& report) {
  for (const argo::TemplateRef& ref : subject.gate.cycle) {
    if (!ref.node) continue;
    const argo::Object* holder = holder_of(subject, context.head, *ref.node);
    if (!holder) continue;
    report(
        *holder, *ref.node,
        fmt::format("template `{}` reaches itself: the controller follows the references without "
                    "end",
                    ref.name));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_template_cycle{
    .id = "analysis/template-cycle",
    .summary = "templates that name each other",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Argo Rollouts follows the `templates` of a template without a bound: one that reaches "
        "itself makes the controller recurse until it crashes, and with it every rollout of the "
        "cluster stops.",
    .instead = "1. Remove the reference that leads back.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
