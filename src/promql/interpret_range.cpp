// Functions over a window: `rate(x[5m])`, `max_over_time(x[1h:1m])`.
#include <algorithm>

#include "promql/function.h"
#include "promql/interpret.h"

namespace backout::promql {
namespace {

using V = Values;

const Expr& window_of(const Expr& call) {
  return *std::find_if(call.args.begin(), call.args.end(), [](const Expr& each) {
    return each.type == Type::matrix || each.type == Type::unknown;
  });
}

// Whether the window may hold fewer samples than needed, although there are some.
bool is_too_short(const Expr& window, std::int64_t samples) {
  return window.window.placeholder || window.window.milliseconds < samples * scrape_interval;
}

V nan_of(const V& values) { return values.has_special() ? V(V::nan) : V(); }

V with(V values, const V& more) {
  values.add(more);
  return values;
}

// Of one sample or more with these values; `single`: of one.
V over(std::string_view function, const V& values, bool single) {
  if (function == "count_over_time") return single ? V::exactly(1) : V(V::positive);
  if (function == "present_over_time") return V::exactly(1);
  if (function.starts_with("ts_of_")) return V(V::positive);
  if (function == "stddev_over_time" || function == "stdvar_over_time" ||
      function == "mad_over_time")
    return with(single ? V(V::zero) : V(V::zero | V::positive), nan_of(values));
  if (function == "sum_over_time" || function == "avg_over_time")
    return single ? values : sums(values);
  return values;  // min, max, first, last
}

// What they answer is the level, not the change.
bool smooths(std::string_view function) {
  return function == "holt_winters" || function == "double_exponential_smoothing";
}

// Rates and differences of values that only their classes are known of: of a subquery.
V slope_of(std::string_view function, const V& values) {
  if (values.has_special()) return V::anything();
  return values.only() && !smooths(function) ? V(V::zero) : V::numbers();
}

// Of a selector's series, two samples or more of each.
V slope(const Context& context, std::string_view function, const Series& series) {
  if (function == "rate" || function == "irate" || function == "increase")
    return series.rates(context.situation);
  const V nan = series.values(context.situation).has(V::nan) ? V(V::nan) : V();
  const bool counter = series.kind == Series::Kind::counter || series.kind == Series::Kind::bucket;
  if (!smooths(function) && counter && context.situation == Situation::no_traffic)
    return V(V::zero);
  return with(V::numbers(), nan);
}

V steps(const Context& context, const Series& series) {
  const bool counter = series.kind == Series::Kind::counter || series.kind == Series::Kind::bucket;
  const bool still = context.situation == Situation::one_sample ||
                     (context.situation == Situation::no_traffic && counter);
  return still ? V(V::zero) : V(V::zero | V::positive);
}

// Smoothing and trend factors outside (0, 1).
bool fails_by_factors(const Context& context, const Expr& call) {
  if (call.args.size() != 3) return false;
  return std::any_of(call.args.begin() + 1, call.args.end(), [&](const Expr& each) {
    const V factor = evaluate(context, each).values;
    return compare([](double x, double) { return !(x > 0 && x < 1); }, factor, V::exactly(1))
        .can_hold;
  });
}

Answer absent_over(const Context& context, const Expr& window) {
  Answer found = evaluate(context, window);
  if (window.kind == Expr::Kind::range) found.empty |= is_too_short(window, 1);
  Answer out = number(found.empty || found.certainly_empty() ? V::exactly(1) : V());
  out.empty = !found.certainly_empty();
  out.fails = found.fails;
  if (window.kind == Expr::Kind::range) {
    Names names;
    for (const Matcher& matcher : window.args[0].selector.matchers)
      if (matcher.op == Matcher::Op::equal) names.insert(matcher.label.text);
    out.labels = labels_by(std::move(names));
  }
  return out;
}

}  // namespace

Answer evaluate_range_call(const Context& context, const Expr& call) {
  const Function& function = *find_function(call.text, context.version3);
  const Expr& window = window_of(call);
  if (window.kind == Expr::Kind::placeholder) return anything();
  if (function.behaviour == Behaviour::absent_over_time) return absent_over(context, window);

  const bool two_samples =
      function.behaviour == Behaviour::slope || function.behaviour == Behaviour::prediction;
  Answer out = evaluate(context, window);
  if (out.certainly_empty()) return out;
  const bool single = context.situation == Situation::one_sample;
  const bool selected = window.kind == Expr::Kind::range;
  out.fails |= two_samples && fails_by_factors(context, call);
  if (two_samples && selected && single) {
    out.values = V();
    out.empty = true;
    return out;
  }
  if (selected) out.empty |= is_too_short(window, two_samples ? 2 : 1);

  const Series* const series = selected ? &context.series.at(window.args.data()) : nullptr;
  switch (function.behaviour) {
    case Behaviour::slope:
      out.values = series ? slope(context, call.text, *series) : slope_of(call.text, out.values);
      break;
    case Behaviour::prediction:
      out.values = out.values.has_special() ? V::anything() : V::numbers();
      break;
    case Behaviour::steps:
      out.values = series ? steps(context, *series) : V(V::zero | V::positive);
      break;
    default:
      out.values =
          call.text == "quantile_over_time"
              ? quantiles(evaluate(context, call.args[0]).values, out.values, selected && single)
              : over(call.text, out.values, selected && single);
  }
  return call.text == "last_over_time" || call.text == "first_over_time"
             ? out
             : without_name(std::move(out));
}

}  // namespace backout::promql
