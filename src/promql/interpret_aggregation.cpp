// `sum by (job) (…)` and its kin. Nothing in, nothing out, for count too.
#include <cmath>

#include "promql/function.h"
#include "promql/interpret.h"

namespace backout::promql {
namespace {

using V = Values;

// Half a number is none: topk(0.5, x) is empty. What does not fit 64 bits is an error.
Answer take_some(const Context& context, const Expr& expr, Answer in) {
  const V parameter = evaluate(context, expr.args[0]).values;
  const bool ratio = expr.text == "limit_ratio";
  const auto fits = [](double k, double) { return std::fabs(k) < 9.2e18; };
  const auto takes = [](double k, double) { return k >= 1; };
  const Compared fitting = compare(fits, parameter, V::exactly(1));
  const Compared taking = compare(takes, fitting.kept, V::exactly(1));
  Answer out = std::move(in);
  out.fails |= fitting.can_fail;
  context.must_fail |= !fitting.can_hold;
  if (!taking.can_hold && !ratio) out.values = V();
  out.empty |= taking.can_fail || ratio || out.values.none();
  const double* const count = parameter.only();
  const bool whole = expr.grouping.kind == Labels::Kind::none;
  out.one |= count && whole && *count < 2;
  out.labels.partial = true;
  return out;
}

V values_of(const Context& context, const Expr& expr, const Answer& in) {
  const std::string_view op = expr.text;
  if (op == "count" || op == "count_values") return in.one ? V::exactly(1) : V(V::positive);
  if (op == "group") return V::exactly(1);
  if (op == "min" || op == "max") return in.values;
  if (op == "quantile") return quantiles(evaluate(context, expr.args[0]).values, in.values, in.one);
  if (op == "stddev" || op == "stdvar") {
    const bool still = in.one || (in.values.only() && !in.values.has_special());
    V out = still ? V(V::zero) : V(V::zero | V::positive);
    // 2.x answers 0 for a single element, whatever it is.
    if (in.values.has_special() && (!in.one || context.version3)) out.add(V(V::nan));
    return out;
  }
  const double* const only = in.values.only();
  if (in.one || (op == "avg" && only && std::isfinite(*only))) return in.values;
  return sums(in.values);
}

}  // namespace

Values quantiles(const Values& of, const Values& values, bool one) {
  V out;
  if (of.has(V::nan)) out.add(V(V::nan));
  const V bound = V::exactly(1);
  if (compare([](double q, double) { return q < 0; }, of, bound).can_hold)
    out.add(V(V::minus_infinity));
  if (compare([](double q, double) { return q > 1; }, of, bound).can_hold)
    out.add(V(V::plus_infinity));
  if (!compare([](double q, double) { return q >= 0 && q <= 1; }, of, bound).can_hold) return out;
  out.add(one ? values : sums(values));
  // Between infinities there is no number, and 0 * Inf is none either.
  if (!one && values.has(V::plus_infinity | V::minus_infinity)) out.add(V(V::nan));
  return out;
}

Answer evaluate_aggregation(const Context& context, const Expr& expr) {
  const bool names_label = expr.text == "count_values";
  if (names_label && expr.args[0].kind == Expr::Kind::string &&
      !is_label_name(expr.args[0].text, context.version3)) {
    context.must_fail = true;
    return nothing();
  }
  Answer in = evaluate(context, aggregated(expr));
  if (expr.text == "topk" || expr.text == "bottomk" || expr.text.starts_with("limit"))
    return take_some(context, expr, std::move(in));
  if (in.certainly_empty()) return in;
  Answer out;
  out.empty = in.empty;
  out.fails = in.fails;
  out.values = values_of(context, expr, in);
  out.labels = grouped(in.labels, expr.grouping);
  out.one = in.one || (out.labels.none() && !names_label);
  if (names_label) out.labels = unknown_labels();  // the values are among them
  return out;
}

}  // namespace backout::promql
