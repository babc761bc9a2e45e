#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "argo/category.h"
#include "core/condition_rules.h"
#include "promql/shape.h"

namespace backout {
namespace {

// The one metric whose name ends in `suffix`, of what is below.
std::string_view base_of(const promql::Expr& root, std::string_view suffix) {
  std::string_view out;
  walk(root, [&](const promql::Expr& expr) {
    if (expr.kind != promql::Expr::Kind::selector) return;
    const std::string_view name = expr.selector.metric.text;
    if (name.ends_with(suffix)) out = name.substr(0, name.size() - suffix.size());
  });
  return out;
}

// The division of a histogram's `_sum` by its `_count`.
const promql::Expr* mean_in(const promql::Shape& shape) {
  for (const promql::Division& division : shape.divisions) {
    const std::string_view above = base_of(division.expr->args[0], "_sum");
    if (!above.empty() && above == base_of(division.expr->args[1], "_count")) return division.expr;
  }
  return nullptr;
}

bool sees_the_slow(const argo::MetricSubject& subject) {
  if (subject.metric.dry_run) return false;
  if (!subject.conclusions.query)  // nobody knows
    return category_of(subject) == argo::Category::unknown ||
           category_of(subject) == argo::Category::latency;
  const promql::Shape shape = shape_of(*subject.conclusions.query);
  return !shape.quantiles.empty() ||
         std::any_of(shape.selectors.begin(), shape.selectors.end(), [](const promql::Expr* one) {
           return one->selector.metric.text.ends_with("_bucket");
         });
}

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (!subject.conclusions.query || metric.dry_run || !subject.gate.gate.complete()) return;
  const promql::Shape shape = shape_of(*subject.conclusions.query);
  const promql::Expr* const mean = mean_in(shape);
  if (!mean) return;
  if (std::any_of(subject.siblings.begin(), subject.siblings.end(),
                  [](const argo::MetricSubject* one) { return sees_the_slow(*one); }))
    return;
  report_part(report, subject.object, metric.query, mean->span,
              fmt::format("metric `{}` is a mean, and no metric beside it looks at the slow "
                          "requests: one of a hundred that takes 50 times as long adds only half "
                          "to it",
                          metric.name));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_latency_average_only{
    .id = "analysis/latency-average-only",
    .summary = "latency is judged by its mean alone",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "`_sum / _count` is the mean of all requests. A release that makes one request in a "
        "hundred wait for a lock hardly moves it, and the cheap requests that it answers with an "
        "error at once pull it down.",
    .instead =
        "1. Judge a quantile: `histogram_quantile(0.95, sum by (le) (rate(…_bucket[5m])))`, or the "
        "share of requests within a bound.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
