#include <fmt/format.h>

#include <algorithm>

#include "core/condition_rules.h"

namespace backout {
namespace {

bool is_literal(const expr::Condition& condition, bool value) {
  if (!condition.tree) return false;
  const expr::Node& root = (*condition.tree)[condition.tree->root];
  return root.kind == expr::Node::Kind::boolean && root.flag == value;
}

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  const argo::Conclusions& of = subject.conclusions;
  if (metric.dry_run || (!metric.success.given() && !metric.failure.given())) return;
  if (metric.provider == argo::Provider::job || metric.provider == argo::Provider::kayenta) return;
  const yaml::Node& node = metric.success.given() ? *metric.success.node : *metric.failure.node;
  const bool literal = (is_literal(of.success, true) && !metric.failure.given()) ||
                       (is_literal(of.failure, false) && !metric.success.given());
  if (!literal) {
    const bool always = std::all_of(of.trials.begin(), of.trials.end(), [](const auto& trial) {
      return trial.measured.phase == expr::Phase::successful;
    });
    // A condition that only asks whether there is data can fail without it.
    const bool asks_for_data =
        std::any_of(of.situations.begin(), of.situations.end(), [](const auto& situation) {
          return situation.kind == argo::Situation::Kind::no_data &&
                 (situation.can(expr::Phase::failed) || situation.can(expr::Phase::inconclusive));
        });
    if (of.trials.empty() || !always || asks_for_data) return;
  }
  report(subject.object, node,
         literal
             ? fmt::format("metric `{}` succeeds whatever is measured: its condition is a "
                           "literal, so this gate never stops a rollout",
                           metric.name)
             : fmt::format("metric `{}` succeeds for every number its query can give: this gate "
                           "never stops a rollout",
                           metric.name),
         range_note(of));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_condition_always_true{
    .id = "analysis/condition-always-true",
    .summary = "a metric that succeeds whatever is measured",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A condition that holds for every value the query can give judges nothing: a rate is never "
        "negative, a share of requests is never above 1. The metric is green for the worst "
        "release.",
    .instead =
        "1. Compare with a threshold inside the range of the query.\n2. Keep a metric that is only "
        "watched under `dryRun`.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
