#include <fmt/format.h>

#include <string>

#include "argo/attached.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext& context, Report& report) {
  const argo::Metric& metric = subject.metric;
  using Kind = argo::Gate::Kind;
  const argo::GateSubject& gate = subject.gate;
  if (!gate.rollout || !metric.known || metric.count != 0 || !metric.interval ||
      metric.success_limit > 0 || gate.gate.kind == Kind::background ||
      is_ambiguous(gate, context.head))
    return;
  const std::string& name = gate.rollout->rollout.name;
  if (gate.gate.kind == Kind::experiment) {
    if (gate.gate.required) return;  // judged with the experiment's duration
    report(
        subject.object, *metric.node->find("interval"),
        fmt::format("metric `{}` has an interval and no count: in the experiment of `{}` it runs "
                    "until that ends, and is then Successful",
                    metric.name, name),
        {.at_most = Severity::warning});
    return;
  }
  report(subject.object, *metric.node->find("interval"),
         fmt::format("metric `{}` has an interval and no count, so it never ends: rollout `{}`, "
                     "which waits for it, is refused",
                     metric.name, name));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_interval_without_count_inline{
    .id = "analysis/interval-without-count-inline",
    .summary = "a metric without an end where the rollout waits for it",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "An interval without a count measures for ever. A step, a pre- and a post-promotion "
        "analysis wait for the end, so Argo Rollouts refuses the rollout as invalid. In an "
        "experiment the metric runs until the experiment ends.",
    .instead =
        "1. Add a count.\n2. Or run the analysis in the background of the canary, where an end is "
        "not wanted.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
