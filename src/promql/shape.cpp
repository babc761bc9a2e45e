#include "promql/shape.h"

#include <string_view>

#include "promql/function.h"
#include "promql/interpret.h"

namespace backout::promql {
namespace {

using Kind = Expr::Kind;

std::optional<double> constant(const Expr& expr) {
  const Expr& inner = bare(expr);
  if (inner.kind == Kind::number) return inner.number;
  if (inner.kind == Kind::call && inner.text == "vector" && inner.args.size() == 1)
    return constant(inner.args[0]);
  return std::nullopt;
}

std::optional<Fallback> fallback_of(const Expr& expr) {
  const Expr& inner = bare(expr);
  if (inner.kind != Kind::binary || inner.op != Op::or_) return std::nullopt;
  const auto value = constant(inner.args[1]);
  return value ? std::optional(Fallback{&inner, *value}) : std::nullopt;
}

// Follows what makes the value: through fallbacks, signs, bounds, and calculations with constants.
void follow(const Expr& expr, Shape& shape) {
  const Expr& inner = bare(expr);
  if (inner.kind == Kind::unary) return follow(inner.args[0], shape);
  if (inner.kind == Kind::aggregation) return follow(aggregated(inner), shape);
  if (inner.kind == Kind::call) {
    const Function* const function = find_function(inner.text, true);
    const bool passes =
        function &&
        (function->behaviour == Behaviour::clamp || function->behaviour == Behaviour::number ||
         function->behaviour == Behaviour::scalar || function->behaviour == Behaviour::vector);
    if (passes) follow(inner.args[0], shape);
    return;
  }
  if (inner.kind != Kind::binary) return;
  const Expr &left = inner.args[0], &right = inner.args[1];
  const auto left_constant = constant(left), right_constant = constant(right);
  if (is_comparison(inner.op) || is_set(inner.op))
    return follow(left_constant ? right : left, shape);
  const auto is_hundred = [](const std::optional<double>& value) { return value && *value == 100; };
  if (inner.op == Op::multiply && (is_hundred(left_constant) || is_hundred(right_constant)))
    shape.percent = true;
  if (left_constant) return follow(right, shape);
  if (right_constant) return follow(left, shape);
  // `100 * a / b` divides what was scaled.
  if (inner.op == Op::divide) {
    shape.ratio = true;
    follow(left, shape);
  }
}

void collect_raw_counters(const Expr& expr, const SeriesOf& series, Shape& shape) {
  if (expr.kind == Kind::selector) {
    const Series& found = series.at(&expr);
    if (found.counter_name && found.kind != Series::Kind::recorded)
      shape.raw_counters.push_back(&expr);
    return;
  }
  const std::string_view name = expr.text;
  const bool counts_elements =
      (expr.kind == Kind::aggregation && (name == "count" || name == "group")) ||
      (expr.kind == Kind::call &&
       (name == "absent" || name == "timestamp" || name == "histogram_quantile"));
  if (expr.kind == Kind::range || counts_elements) return;
  for (const Expr& each : expr.args) collect_raw_counters(each, series, shape);
}

bool is_quantile(const Expr& expr) {
  return (expr.kind == Kind::call || expr.kind == Kind::aggregation) &&
         expr.text.find("quantile") != std::string::npos;
}

}  // namespace

Shape shape_of(const Query& query) {
  Shape shape;
  const SeriesOf series = series_of(query.root);
  bool ignored = false;
  const Context idle{series, Situation::no_traffic, query.version3, ignored};
  walk(query.root, [&](const Expr& expr) {
    if (expr.kind == Kind::selector) shape.selectors.push_back(&expr);
    if (expr.kind == Kind::range || expr.kind == Kind::subquery) shape.windows.push_back(&expr);
    if (expr.kind == Kind::aggregation) shape.aggregations.push_back(&expr);
    if (expr.kind == Kind::call) shape.calls.push_back(&expr);
    if (is_quantile(expr)) shape.quantiles.push_back(&expr);
    if (expr.kind != Kind::binary || expr.op != Op::divide) return;
    const Values below = evaluate(idle, expr.args[1]).values;
    shape.divisions.push_back({&expr, below.has(Values::nan | Values::zero | Values::minus_zero),
                               fallback_of(expr.args[1])});
  });
  shape.fallback = fallback_of(query.root);
  follow(query.root, shape);
  collect_raw_counters(query.root, series, shape);
  return shape;
}

}  // namespace backout::promql
