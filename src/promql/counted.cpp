#include "promql/counted.h"

#include <algorithm>
#include <cmath>

#include "promql/arithmetic.h"
#include "promql/selectors.h"

namespace backout::promql {
namespace {

using Value = std::optional<double>;  // none: no element

bool is_counting(std::string_view function) {
  return function == "rate" || function == "irate" || function == "increase";
}

double seconds(const Duration& duration) {
  return static_cast<double>(duration.milliseconds) / 1000;
}

// How many requests a selector's series counted.
double matching(const Series& series, double failing, double requests) {
  if (series.events || series.only_bad()) return failing;
  if (series.only_good()) return requests - failing;
  return requests;
}

Value compute_binary(const Expr& expr, Value left, Value right) {
  switch (expr.op) {
    case Op::or_:
      return left ? left : right;
    case Op::and_:
      return right ? left : std::nullopt;
    case Op::unless:
      return right ? std::nullopt : left;
    default:
      break;
  }
  if (!left || !right) return std::nullopt;
  if (!is_comparison(expr.op)) return calculate(expr.op, *left, *right);
  const bool holds = compare(expr.op, *left, *right);
  if (expr.returns_bool) return holds ? 1 : 0;
  return holds ? left : std::nullopt;
}

// The functions that do to one number what they do to each of many.
using OneNumber = double (*)(double);
OneNumber one_number(std::string_view name) {
  if (name == "abs") return [](double x) { return std::fabs(x); };
  if (name == "ceil") return [](double x) { return std::ceil(x); };
  if (name == "floor") return [](double x) { return std::floor(x); };
  if (name == "sqrt") return [](double x) { return std::sqrt(x); };
  if (name == "scalar" || name == "vector" || name == "sort" || name == "sort_desc")
    return [](double x) { return x; };
  return nullptr;
}
bool is_clamp(std::string_view name) {
  return name == "clamp_min" || name == "clamp_max" || name == "clamp";
}
// Aggregations of one series are that series.
bool keeps_one(std::string_view aggregation) {
  return aggregation == "sum" || aggregation == "max" || aggregation == "min" ||
         aggregation == "avg";
}

struct Computation {
  const SeriesOf& series;
  double failing, requests, window;

  Value compute(const Expr& expr) const {
    switch (expr.kind) {
      case Expr::Kind::number:
        return expr.number;
      case Expr::Kind::parentheses:
        return compute(expr.args[0]);
      case Expr::Kind::aggregation:
        return compute(aggregated(expr));
      case Expr::Kind::unary: {
        const Value value = compute(expr.args[0]);
        return value && expr.op == Op::subtract ? Value(-*value) : value;
      }
      case Expr::Kind::binary:
        return compute_binary(expr, compute(expr.args[0]), compute(expr.args[1]));
      case Expr::Kind::call:
        return compute_call(expr);
      default:
        return std::nullopt;
    }
  }

  Value compute_call(const Expr& expr) const {
    if (is_counting(expr.text)) {
      const Expr& range = bare(expr.args[0]);
      const double length = seconds(range.window);
      const double count = matching(series.at(&range.args[0]), failing, requests) * length / window;
      return expr.text == "increase" ? count : count / length;
    }
    const Value value = compute(expr.args[0]);
    if (expr.text == "scalar" && !value) return std::nan("");
    if (!value) return value;
    if (const OneNumber function = one_number(expr.text)) return function(*value);
    const Value first = compute(expr.args[1]);  // a clamp's bounds
    if (!first) return first;
    if (expr.text == "clamp_min") return std::max(*value, *first);
    if (expr.text == "clamp_max") return std::min(*value, *first);
    const Value second = compute(expr.args[2]);
    if (!second || *second < *first) return std::nullopt;
    return std::clamp(*value, *first, *second);
  }
};

// The first thing in a query that cannot be computed from counts.
std::string obstacle(const Query& query, const SeriesOf& series) {
  std::string why;
  bool tells_failures = false;
  walk(query.root, [&](const Expr& expr) {
    if (!why.empty()) return;
    switch (expr.kind) {
      case Expr::Kind::placeholder:
        why = "a placeholder has no known value";
        break;
      case Expr::Kind::subquery:
        why = "it looks at a subquery";
        break;
      case Expr::Kind::string:
        why = "it returns a string";
        break;
      case Expr::Kind::selector: {
        const Series& found = series.at(&expr);
        if (found.kind != Series::Kind::counter)
          why = "it looks at more than counters";
        else if (found.events || found.only_bad() || found.only_good())
          tells_failures = true;
        break;
      }
      case Expr::Kind::range:
        if (expr.window.placeholder || expr.window.milliseconds <= 0)
          why = "the length of a range is not known";
        break;
      case Expr::Kind::aggregation:
        if (!keeps_one(expr.text)) why = "it uses `" + expr.text + "`";
        break;
      case Expr::Kind::call:
        if (!is_counting(expr.text) && !is_clamp(expr.text) && !one_number(expr.text))
          why = "it uses `" + expr.text + "`";
        break;
      default:
        break;
    }
  });
  if (why.empty() && !tells_failures) why = "no part of it tells failing requests from others";
  return why;
}

// A selector without a range gives a counter's total, which depends on its age.
bool raw_counter(const Expr& expr) {
  if (expr.kind == Expr::Kind::selector) return true;
  if (expr.kind == Expr::Kind::range) return false;
  return std::any_of(expr.args.begin(), expr.args.end(), raw_counter);
}

}  // namespace

Counting countable(const Query& query) {
  Counting out;
  const SeriesOf series = series_of(query.root);
  out.why_not = obstacle(query, series);
  if (out.why_not.empty() && raw_counter(query.root)) out.why_not = "it looks at a counter's total";
  if (!out.why_not.empty()) return out;
  double window = 0;
  walk(query.root, [&](const Expr& expr) {
    if (expr.kind == Expr::Kind::range) window = std::max(window, seconds(expr.window));
  });
  out.countable = Countable{&query, window, query.root.type == Type::scalar};
  return out;
}

std::optional<double> counted(const Countable& countable, double failing, double requests) {
  const SeriesOf series = series_of(countable.query->root);
  return Computation{series, failing, requests, countable.window}.compute(countable.query->root);
}

}  // namespace backout::promql
