#include <fmt/format.h>

#include <algorithm>

#include "argo/subject.h"
#include "core/rule.h"
#include "promql/shape.h"

namespace backout {
namespace {

using Kind = argo::Situation::Kind;

// A metric that is there to notice a lack of traffic, or one that brings some.
bool is_about_traffic(const argo::MetricSubject& subject) {
  if (subject.metric.provider == argo::Provider::job ||
      subject.metric.provider == argo::Provider::web)
    return true;
  if (!subject.conclusions.query) return false;
  const promql::Shape shape = shape_of(*subject.conclusions.query);
  return shape.divisions.empty() && shape.quantiles.empty();
}

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  const argo::Gate::Kind gate = subject.gate.gate.kind;
  if (!subject.gate.rollout || metric.dry_run || gate == argo::Gate::Kind::background) return;
  if (!metric.success.known || !metric.failure.known || !subject.conclusions.futile.empty()) return;
  if (std::any_of(subject.siblings.begin(), subject.siblings.end(),
                  [](const argo::MetricSubject* one) { return is_about_traffic(*one); }))
    return;
  const bool prometheus = metric.provider == argo::Provider::prometheus;
  for (const argo::Situation& situation : subject.conclusions.situations) {
    if (situation.kind != (prometheus ? Kind::no_traffic : Kind::no_data)) continue;
    const argo::Witness* worst = situation.first(expr::Phase::failed);
    if (!worst) worst = situation.first(expr::Phase::error);
    if (!worst || situation.can(expr::Phase::successful)) continue;
    if (worst->phase == expr::Phase::failed && !earliest_failed(metric)) continue;
    const argo::Text& text = metric.success.given() ? metric.success : metric.failure;
    report(subject.object, *text.node,
           fmt::format("metric `{}`: {} ({} is {}) aborts a healthy release", metric.name,
                       situation.words, worst->value, to_string(worst->phase)));
    return;
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_zero_sample_abort{
    .id = "analysis/zero-sample-abort",
    .summary = "an idle service has its healthy release rolled back",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "Without traffic the metric is Failed, or an Error time after time, in an analysis that "
        "the rollout waits for: a release at night, or of a service that nobody calls yet, is "
        "aborted although nothing is wrong with it.",
    .instead =
        "1. Make it Inconclusive: guard successCondition and failureCondition with `len(result) > "
        "0 && …`.\n2. Or bring traffic: a job metric or an experiment that generates load before "
        "the analysis.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
