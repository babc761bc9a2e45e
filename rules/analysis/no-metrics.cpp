#include <fmt/format.h>

#include "argo/attached.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::GateSubject& subject, const ManifestContext&, Report& report) {
  const argo::Gate& gate = subject.gate;
  if (!gate.metrics.empty() || !gate.complete() || !gate.cycle.empty() || gate.templates.empty() ||
      !gate.node)
    return;
  report(subject.object, *gate.node,
         subject.rollout ? fmt::format("{} of `{}` has no metrics: it is refused and the rollout "
                                       "aborted",
                                       argo::words(gate), subject.object.name)
                         : fmt::format("`{}` has no metrics: an analysis of it is refused and the "
                                       "rollout aborted",
                                       subject.object.name));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_no_metrics{
    .id = "analysis/no-metrics",
    .summary = "an analysis without metrics",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "An analysis must have at least one metric after its templates are merged; one without is "
        "refused when it starts, and the rollout aborted.",
    .instead = "1. Add a metric, or drop the analysis.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
