#include <fmt/format.h>

#include <algorithm>

#include "argo/attached.h"
#include "core/rule.h"

namespace backout {
namespace {

bool guards(const argo::Gate& gate) {
  return !gate.complete() || std::any_of(gate.metrics.begin(), gate.metrics.end(),
                                         [](const argo::Metric& one) { return !one.dry_run; });
}

void check(const argo::GateSubject& subject, const ManifestContext&, Report& report) {
  if (!subject.rollout || subject.gate.metrics.empty() || !subject.gate.node) return;
  const auto& gates = subject.rollout->gates;
  if (std::any_of(gates.begin(), gates.end(), guards)) return;
  report(
      subject.object, *subject.gate.node,
      fmt::format("all metrics of {} are dry runs, and `{}` has no other: it is always Successful",
                  argo::words(subject.gate), subject.object.name));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_all_metrics_dry_run{
    .id = "analysis/all-metrics-dry-run",
    .summary = "an analysis that can only watch",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Metrics under dryRun are measured and never counted. An analysis of nothing else is "
        "always Successful; where the rollout has no other gate, nothing can stop it.",
    .instead = "1. Take the metrics that you trust out of dryRun.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
