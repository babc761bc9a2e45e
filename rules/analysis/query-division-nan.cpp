#include <fmt/format.h>

#include <algorithm>

#include "core/condition_rules.h"
#include "promql/shape.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  const argo::Conclusions& of = subject.conclusions;
  if (metric.dry_run || !of.query || !metric.success.known || !metric.failure.known) return;
  if (calls(of.success, "isNaN") || calls(of.failure, "isNaN")) return;
  const promql::Shape shape = shape_of(*of.query);
  const auto unguarded = std::find_if(shape.divisions.begin(), shape.divisions.end(),
                                      [](const promql::Division& one) { return one.unguarded; });
  if (unguarded == shape.divisions.end()) return;
  for (const argo::Situation& situation : of.situations) {
    if (situation.kind != argo::Situation::Kind::no_traffic) continue;
    for (const argo::Witness& witness : situation.witnesses) {
      if ((witness.value != "[NaN]" && witness.value != "NaN") ||
          witness.phase != expr::Phase::failed)
        continue;
      report_part(
          report, subject.object, metric.query, unguarded->expr->args[1].span,
          fmt::format("metric `{}`: without traffic this can be 0, the query gives NaN, and the "
                      "measurement is Failed",
                      metric.name));
      return;
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_query_division_nan{
    .id = "analysis/query-division-nan",
    .summary = "a division by zero that fails an idle canary",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "Without requests 0 is divided by 0, and Prometheus answers NaN. Every comparison with NaN "
        "is false: a successCondition fails, and an idle service has its healthy release rolled "
        "back.",
    .instead =
        "1. Filter the denominator, `… / (sum(rate(x[5m])) > 0)`, and guard the condition with "
        "`len(result) > 0`.\n2. Make it Inconclusive: guard both conditions.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
