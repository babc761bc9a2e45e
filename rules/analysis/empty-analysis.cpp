#include <fmt/format.h>

#include "argo/attached.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::GateSubject& subject, const ManifestContext&, Report& report) {
  const argo::Gate& gate = subject.gate;
  if (!subject.rollout || gate.kind == argo::Gate::Kind::experiment || !gate.refs.empty() ||
      gate.node->find("templateName"))
    return;
  report(
      subject.object, *gate.node,
      gate.kind == argo::Gate::Kind::step
          ? fmt::format("{} names no template: no run is made, and rollout `{}` waits for it for "
                        "ever",
                        argo::words(gate), subject.object.name)
          : fmt::format("{} of `{}` names no template: there is no gate", argo::words(gate),
                        subject.object.name));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_empty_analysis{
    .id = "analysis/empty-analysis",
    .summary = "an analysis that names no template",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "No template means no analysis. A step then waits for a run that nobody makes and never "
        "completes; in the background, and around a blue-green switch, there is no gate.",
    .instead = "1. Name a template in `templates`, or remove the analysis.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
