#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "argo/consumers.h"
#include "argo/scope.h"
#include "core/rule.h"
#include "promql/shape.h"

namespace backout {
namespace {

// Whether a metric holds the canary against the stable version, or against earlier days.
bool compares(const argo::MetricSubject& subject) {
  if (!subject.conclusions.query) return true;  // nobody knows
  const promql::Shape shape = shape_of(*subject.conclusions.query);
  return std::any_of(shape.selectors.begin(), shape.selectors.end(), [&](const promql::Expr* one) {
    return one->offset.written() ||
           scope_of(one->selector, *subject.gate.rollout) == argo::Scope::stable;
  });
}

// Whether both versions' requests are in one number: how they compare cannot be told.
bool is_of_canary(const argo::MetricSubject& subject) {
  return scope_of(*subject.conclusions.query, *subject.gate.rollout) == argo::Scope::canary;
}

void check_rollout(const argo::RolloutSubject& subject,
                   const std::vector<const argo::MetricSubject*>& metrics, Report& report) {
  if (subject.object.kind != argo::ObjectKind::rollout || !subject.rollout.canary) return;
  if (!is_judged(subject)) return;
  if (std::any_of(subject.rollout.steps.begin(), subject.rollout.steps.end(),
                  [](const argo::Step& step) { return step.kind == argo::Step::Kind::experiment; }))
    return;
  const argo::Gate* first = nullptr;
  for (const argo::MetricSubject* metric : metrics) {
    if (metric->metric.dry_run) continue;
    if (!metric->gate.gate.complete() || compares(*metric)) return;
    if (!first && is_of_canary(*metric)) first = &metric->gate.gate;
  }
  if (!first || !first->node) return;
  report(subject.object, *first->node,
         fmt::format("the metrics of rollout `{}` hold the canary against fixed numbers alone: "
                     "what the stable version suffers as well, an outage behind both, aborts it, "
                     "and what is worse than stable but within the numbers passes",
                     subject.object.name));
}

void check(const ManifestContext& context, Report& report) {
  for_each_rollout(context.subjects, [&](const auto& rollout, const auto& metrics) {
    check_rollout(rollout, metrics, report);
  });
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_stable_not_compared{
    .id = "analysis/stable-not-compared",
    .summary = "the canary is held against fixed numbers, never against stable",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "A fixed threshold has to be wide enough for the worst hour of the week, so a release that "
        "doubles the errors of a quiet hour passes. Held against the stable version at the same "
        "time, the canary is judged by what the release changed.",
    .instead =
        "1. Query the canary's number minus the stable version's, by `podTemplateHashValue: "
        "Latest` and `Stable`.\n2. Or run both in an experiment.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/experiment/",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
