#include <fmt/format.h>

#include "core/condition_rules.h"
#include "promql/selectors.h"
#include "promql/shape.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (!subject.conclusions.query || metric.dry_run) return;
  const promql::Query& query = *subject.conclusions.query;
  const auto series = promql::series_of(query.root);
  for (const promql::Expr* call : shape_of(query).calls) {
    if (call->args.size() != 1 || (call->text != "rate" && call->text != "increase")) continue;
    const promql::Expr& range = bare(call->args[0]);
    if (range.kind != promql::Expr::Kind::range) continue;
    using Kind = promql::Series::Kind;
    const auto found = series.find(&bare(range.args[0]));
    if (found == series.end()) continue;
    const Kind kind = found->second.kind;
    if (kind != Kind::flag && kind != Kind::info && kind != Kind::timestamp &&
        kind != Kind::measured)
      continue;
    report_part(report, subject.object, metric.query, call->span,
                fmt::format("metric `{}`: {}() of `{}`, which is no counter by its name",
                            metric.name, call->text, range.args[0].selector.metric.text));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_rate_of_gauge{
    .id = "analysis/rate-of-gauge",
    .summary = "a rate of a number that is no counter",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "rate and increase take every fall of a number for a restart of a counter and add it up. "
        "Over a gauge the result means nothing.",
    .instead = "1. Use `deriv` or `delta` for a gauge, or the gauge itself.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
