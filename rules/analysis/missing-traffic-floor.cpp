#include <fmt/format.h>

#include <algorithm>

#include "argo/subject.h"
#include "core/rule.h"
#include "promql/shape.h"

namespace backout {
namespace {

bool is_floor(const argo::MetricSubject& subject) {
  if (subject.metric.dry_run || !subject.conclusions.query) return false;
  const promql::Shape shape = shape_of(*subject.conclusions.query);
  if (!shape.divisions.empty() || !shape.quantiles.empty()) return false;
  return std::none_of(subject.conclusions.situations.begin(), subject.conclusions.situations.end(),
                      [](const argo::Situation& situation) {
                        return (situation.kind == argo::Situation::Kind::no_data ||
                                situation.kind == argo::Situation::Kind::no_traffic) &&
                               situation.can(expr::Phase::successful);
                      });
}
bool is_ratio_or_latency(const argo::MetricSubject& subject) {
  if (subject.metric.dry_run || !subject.conclusions.query) return false;
  const promql::Shape shape = shape_of(*subject.conclusions.query);
  return shape.ratio || !shape.quantiles.empty();
}

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (subject.siblings.empty() || subject.siblings.front() != &subject) return;
  if (!subject.gate.gate.complete()) return;
  const argo::MetricSubject* needs_one = nullptr;
  for (const argo::MetricSubject* one : subject.siblings) {
    using argo::Provider;
    const Provider provider = one->metric.provider;
    // makes or decides its own traffic, or nobody knows
    if (provider == Provider::job || provider == Provider::web || provider == Provider::plugin ||
        provider == Provider::kayenta || is_floor(*one) || !one->metric.known)
      return;
    if (provider == Provider::prometheus && !one->conclusions.query) return;
    if (!needs_one && is_ratio_or_latency(*one)) needs_one = one;
  }
  if (!needs_one || needs_one->metric.name != metric.name) return;
  report(subject.object, *metric.node,
         fmt::format(
             "metric `{}` is a ratio or a latency, and no metric beside it asks for a number of "
             "requests",
             metric.name));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_missing_traffic_floor{
    .id = "analysis/missing-traffic-floor",
    .summary = "no metric notices that there was too little traffic",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "Ratios and latencies say nothing about how many requests they come from: one request of a "
        "hundred, or none at all, looks like any other. Without a metric that asks for a number of "
        "requests a canary without traffic is promoted, or rolled back, by accident.",
    .instead =
        "1. Add a metric `sum(increase(requests[5m]))` with `successCondition: len(result) > 0 && "
        "result[0] >= 100`.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
