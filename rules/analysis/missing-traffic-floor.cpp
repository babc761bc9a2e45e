#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "argo/served.h"
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

// Whether it passes when nothing was measured, or when a single request was.
bool passes_on_nothing(const argo::MetricSubject& subject) {
  return std::any_of(subject.conclusions.situations.begin(), subject.conclusions.situations.end(),
                     [](const argo::Situation& situation) {
                       return without_samples(situation.kind) &&
                              situation.can(expr::Phase::successful);
                     });
}
// Whether the traffic is known, and `underpowered` says what it is enough for.
bool has_known_traffic(const argo::GateSubject& gate, const Config& config) {
  const ServiceConfig* const service =
      gate.rollout ? argo::service_of(config, gate.rollout->object) : nullptr;
  return service && service->rps > 0;
}

void check(const argo::MetricSubject& subject, const ManifestContext& context, Report& report) {
  const argo::Metric& metric = subject.metric;
  // of a template on its own nobody knows what runs beside it
  if (!subject.gate.rollout || has_known_traffic(subject.gate, context.config)) return;
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
  ReportOptions options;
  const bool passes = std::any_of(subject.siblings.begin(), subject.siblings.end(),
                                  [](const auto* one) { return passes_on_nothing(*one); });
  if (!passes) options.at_most = Severity::note;
  report(subject.object, *metric.node,
         fmt::format(
             "metric `{}` is a ratio or a latency, and no metric beside it asks for a number of "
             "requests: {}",
             metric.name,
             passes ? "a canary that nobody uses passes"
                    : "an idle canary does not pass, but one with a single good request does"),
         std::move(options));
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
