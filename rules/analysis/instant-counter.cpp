#include <fmt/format.h>

#include "core/condition_rules.h"
#include "promql/shape.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (!subject.conclusions.query || metric.dry_run) return;
  const promql::Query& query = *subject.conclusions.query;
  const promql::Shape shape = shape_of(query);
  for (const promql::Expr* counter : shape.raw_counters) {
    bool offset = false;  // `x - x offset 5m` is an increase made by hand
    walk(query.root, [&](const promql::Expr& expr) { offset = offset || expr.offset.written(); });
    if (offset || counter->selector.metric.placeholder) return;
    report_part(
        report, subject.object, metric.query, counter->span,
        fmt::format("metric `{}` uses the counter `{}` without rate() or increase(): it grows "
                    "with the age of the pods",
                    metric.name, counter->selector.metric.text));
    return;
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_instant_counter{
    .id = "analysis/instant-counter",
    .summary = "a threshold on a counter that only grows",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A counter holds everything since its process started. A threshold on it is met or missed "
        "by the age of the pods, not by what the release does.",
    .instead = "1. Use `rate(…[5m])` or `increase(…[5m])`.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
