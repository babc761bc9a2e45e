#include <fmt/format.h>

#include <algorithm>

#include "core/condition_rules.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  const argo::Conclusions& of = subject.conclusions;
  if (metric.dry_run || of.trials.empty() || (!metric.success.given() && !metric.failure.given()))
    return;
  const auto same = [&](const argo::Trial& trial) {
    return trial.measured.phase == of.trials.front().measured.phase;
  };
  const expr::Phase phase = of.trials.front().measured.phase;
  if (phase == expr::Phase::successful || phase == expr::Phase::error) return;
  if (!std::all_of(of.trials.begin(), of.trials.end(), same)) return;
  // "no series is fine, any is not" is a judgement
  for (const argo::Situation& situation : of.situations)
    if (without_samples(situation.kind) && situation.can(expr::Phase::successful)) return;
  report(subject.object, metric.success.given() ? *metric.success.node : *metric.failure.node,
         fmt::format("metric `{}` is {} for every number its query can give: no rollout passes "
                     "this gate",
                     metric.name, to_string(phase)),
         range_note(of));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_condition_always_false{
    .id = "analysis/condition-always-false",
    .summary = "a metric that never succeeds",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "No value that the query can give meets the condition: a share of requests never reaches "
        "95, as it is at most 1. Every rollout fails at this gate, and the first reaction is to "
        "skip gates.",
    .instead =
        "1. Compare with a threshold inside the range of the query; a percentage needs `* 100` in "
        "the query.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
