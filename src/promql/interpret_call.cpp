// Functions of instant vectors and scalars.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "promql/function.h"
#include "promql/interpret.h"
#include "promql/regex.h"

namespace backout::promql {
namespace {

using V = Values;

struct NumberFunction {
  std::string_view name;
  Unary compute;
};
const NumberFunction number_functions[] = {
    {"abs", [](double v) { return std::fabs(v); }},
    {"acos", [](double v) { return std::acos(v); }},
    {"acosh", [](double v) { return std::acosh(v); }},
    {"asin", [](double v) { return std::asin(v); }},
    {"asinh", [](double v) { return std::asinh(v); }},
    {"atan", [](double v) { return std::atan(v); }},
    {"atanh", [](double v) { return std::atanh(v); }},
    {"ceil", [](double v) { return std::ceil(v); }},
    {"cos", [](double v) { return std::cos(v); }},
    {"cosh", [](double v) { return std::cosh(v); }},
    {"deg", [](double v) { return v * 180 / std::numbers::pi; }},
    {"exp", [](double v) { return std::exp(v); }},
    {"floor", [](double v) { return std::floor(v); }},
    {"ln", [](double v) { return std::log(v); }},
    {"log10", [](double v) { return std::log10(v); }},
    {"log2", [](double v) { return std::log2(v); }},
    {"rad", [](double v) { return v * std::numbers::pi / 180; }},
    {"sgn", [](double v) { return v > 0   ? 1.0
                                  : v < 0 ? -1.0
                                          : v; }},
    {"sin", [](double v) { return std::sin(v); }},
    {"sinh", [](double v) { return std::sinh(v); }},
    {"sqrt", [](double v) { return std::sqrt(v); }},
    {"tan", [](double v) { return std::tan(v); }},
    {"tanh", [](double v) { return std::tanh(v); }},
};

// Half up, to multiples of `to`.
double rounded(double value, double to) {
  const double inverse = 1.0 / to;
  return std::floor(value * inverse + 0.5) / inverse;
}

// Go's math.Max and Min: an infinity in their direction wins over NaN.
double greatest(double a, double b) {
  if (std::isinf(a) && a > 0) return a;
  if (std::isinf(b) && b > 0) return b;
  if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<double>::quiet_NaN();
  return a == b ? a + b == 0 && std::signbit(a) ? b : a : std::max(a, b);
}
double least(double a, double b) { return -greatest(-a, -b); }

// A scalar argument; `call_fails` is set when it may fail.
V argument(const Context& context, const Expr& call, std::size_t index, bool& call_fails) {
  const Expr& expr = call.args[index];
  // A placeholder where a number belongs is a number, whatever it is.
  if (bare(expr).kind == Expr::Kind::placeholder) return V::numbers();
  Answer answer = evaluate(context, expr);
  call_fails |= answer.fails;
  return std::move(answer.values);
}

Answer number_function(const Context& context, const Expr& call) {
  Answer out = evaluate(context, call.args[0]);
  if (call.text == "round") {
    const V to = call.args.size() > 1 ? argument(context, call, 1, out.fails) : V::exactly(1);
    out.values = apply(rounded, out.values, to);
  } else {
    const auto* const found =
        std::find_if(std::begin(number_functions), std::end(number_functions),
                     [&](const NumberFunction& each) { return each.name == call.text; });
    out.values = apply(found->compute, out.values);
  }
  return without_name(std::move(out));
}

Answer clamp(const Context& context, const Expr& call) {
  Answer out = evaluate(context, call.args[0]);
  const bool both = call.text == "clamp";
  const bool has_lower = both || call.text == "clamp_min";
  const V first = argument(context, call, 1, out.fails);
  if (both) {
    const V upper = argument(context, call, 2, out.fails);
    const Compared crossed = compare([](double hi, double lo) { return hi < lo; }, upper, first);
    if (!crossed.can_fail) out.values = V();
    out.empty |= crossed.can_hold;
    out.values = apply(least, out.values, upper);
  }
  out.values = apply(has_lower ? greatest : least, out.values, first);
  return without_name(std::move(out));
}

Answer date(const Context& context, const Expr& call) {
  const bool from_zero = call.text == "hour" || call.text == "minute" || call.text == "day_of_week";
  const V usual = from_zero ? V(V::zero | V::positive) : V(V::positive);
  if (call.args.empty()) return number(usual);
  Answer out = evaluate(context, call.args[0]);
  if (out.certainly_empty()) return out;
  const bool odd = out.values.has(V::nan | V::plus_infinity | V::minus_infinity);
  out.values = odd ? V::numbers() : usual;
  if (call.text == "year") out.values.add(V(V::negative));
  return without_name(std::move(out));
}

std::string_view literal(const Expr& expr) {
  return expr.kind == Expr::Kind::string ? std::string_view(expr.text) : std::string_view();
}

// label_replace and label_join refuse bad names and patterns before they look at data.
bool fails_to_relabel(const Expr& call, bool version3) {
  const auto bad_name = [&](const Expr& expr) {
    const Expr& name = bare(expr);
    return name.kind == Expr::Kind::string && name.text.find("{{") == std::string::npos &&
           !is_label_name(name.text, version3);
  };
  if (bad_name(call.args[1])) return true;
  if (call.text == "label_join")
    return std::any_of(call.args.begin() + std::min<std::ptrdiff_t>(3, std::ssize(call.args)),
                       call.args.end(), bad_name);
  const Expr& pattern = bare(call.args[4]);
  return pattern.kind == Expr::Kind::string && pattern.text.find("{{") == std::string::npos &&
         !Regex(pattern.text).error().empty();
}

Answer relabel(const Context& context, const Expr& call) {
  if (fails_to_relabel(call, context.version3)) {
    context.must_fail = true;
    return nothing();
  }
  Answer out = evaluate(context, call.args[0]);
  const std::string target(literal(bare(call.args[1])));
  // Elements may become alike when a label is overwritten that told them apart.
  constexpr std::string_view telling[] = {"instance", "pod",       "job",    "namespace", "service",
                                          "status",   "code",      "method", "route",     "handler",
                                          "version",  "container", "node",   "le",        "path"};
  const bool overwrites =
      std::find(std::begin(telling), std::end(telling), target) != std::end(telling) ||
      out.labels.by.count(target) > 0;
  out.fails |= overwrites && !out.one && !out.certainly_empty();
  out.labels = with(out.labels, {target});
  return out;
}

Answer absent(const Context& context, const Expr& call) {
  const Expr& inner = bare(call.args[0]);
  const Answer found = evaluate(context, inner);
  Answer out = number(found.empty || found.certainly_empty() ? V::exactly(1) : V());
  out.empty = !found.certainly_empty();
  out.fails = found.fails;
  // It carries the labels that the selector asks for.
  if (inner.kind == Expr::Kind::selector) {
    Names names;
    for (const Matcher& matcher : inner.selector.matchers)
      if (matcher.op == Matcher::Op::equal) names.insert(matcher.label.text);
    out.labels = labels_by(std::move(names));
  }
  return out;
}

Answer to_scalar(const Context& context, const Expr& call) {
  const Answer in = evaluate(context, call.args[0]);
  Answer out = number(in.values);
  if (in.empty || !in.one || in.certainly_empty()) out.values.add(V(V::nan));
  out.fails = in.fails;
  return out;
}

// Whether the series below are buckets of a classic histogram.
struct Buckets {
  bool possible = true, doubtful = false, single = false;
};
Buckets buckets_of(const Context& context, const Expr& vector) {
  Buckets out;
  walk(vector, [&](const Expr& expr) {
    if (expr.kind == Expr::Kind::placeholder) out.doubtful = true;
    if (expr.kind != Expr::Kind::selector) return;
    const std::string_view name = expr.selector.metric.text;
    if (name.ends_with("_count") || name.ends_with("_sum")) out.possible = false;
    if (!name.ends_with("_bucket")) out.doubtful = true;
    out.single |= context.series.at(&expr).single_buckets;
  });
  return out;
}

Answer histogram_quantile(const Context& context, const Expr& call) {
  Answer in = evaluate(context, call.args[1]);
  const V quantile = argument(context, call, 0, in.fails);
  if (in.certainly_empty()) return in;
  const Buckets buckets = buckets_of(context, call.args[1]);
  const bool native = context.version3 && buckets.doubtful;
  const bool has_le = in.labels.kind != LabelSet::Kind::by || in.labels.by.count("le") > 0;
  Answer out = in;
  if ((!has_le || !buckets.possible) && !native) {
    out.values = V();
    return out;
  }
  out.empty |= buckets.doubtful || !has_le;
  V values;
  const V bound = V::exactly(1);
  if (quantile.has(V::nan)) values.add(V(V::nan));
  if (compare([](double q, double) { return q < 0; }, quantile, bound).can_hold)
    values.add(V(V::minus_infinity));
  if (compare([](double q, double) { return q > 1; }, quantile, bound).can_hold)
    values.add(V(V::plus_infinity));
  if (compare([](double q, double) { return q >= 0 && q <= 1; }, quantile, bound).can_hold) {
    // No counts at all: no quantile.
    if (in.values.has(V::nan | V::zero | V::minus_zero) || buckets.single || buckets.doubtful)
      values.add(V(V::nan));
    if (in.values.has(static_cast<std::uint8_t>(~(V::nan | V::zero | V::minus_zero))) ||
        !in.values.constants().empty())
      values.add(quantile.has(V::zero | V::minus_zero) || buckets.doubtful
                     ? V(V::zero | V::positive)
                     : V(V::positive));
  }
  out.values = values;
  out.labels = without(in.labels, {"le"});
  out.one = out.labels.none();
  out.several_names = false;
  return out;
}

// Of native histograms. Classic ones have no such samples.
Answer histogram_value(const Context& context, const Expr& call) {
  const Expr& vector = call.args.back();
  Answer out = evaluate(context, vector);
  if (out.certainly_empty()) return out;
  const Buckets buckets = buckets_of(context, vector);
  out.empty = true;
  out.values = buckets.doubtful ? V(V::nan | V::zero | V::positive) : V();
  return without_name(std::move(out));
}

}  // namespace

Answer evaluate_call(const Context& context, const Expr& call) {
  const Function* const function = find_function(call.text, context.version3);
  if (!function) {  // named by a placeholder
    Answer out = anything();
    out.fails = true;
    return out;
  }
  switch (function->behaviour) {
    case Behaviour::number:
      return number_function(context, call);
    case Behaviour::date:
      return date(context, call);
    case Behaviour::keep:
      return evaluate(context, call.args[0]);
    case Behaviour::relabel:
      return relabel(context, call);
    case Behaviour::histogram_value:
      return histogram_value(context, call);
    case Behaviour::histogram_quantile:
      return histogram_quantile(context, call);
    case Behaviour::absent:
      return absent(context, call);
    case Behaviour::scalar:
      return to_scalar(context, call);
    case Behaviour::vector: {
      bool fails = false;
      Answer out = number(argument(context, call, 0, fails));
      out.fails = fails;
      return out;
    }
    case Behaviour::time:
      return number(V(V::positive));
    case Behaviour::pi:
      return number(V::exactly(std::numbers::pi));
    case Behaviour::timestamp: {
      Answer out = evaluate(context, call.args[0]);
      if (!out.certainly_empty()) out.values = V(V::positive);
      return without_name(std::move(out));
    }
    case Behaviour::clamp:
      return clamp(context, call);
    default:
      return evaluate_range_call(context, call);
  }
}

}  // namespace backout::promql
