// The query is calculated for made-up values, with its filters and without them. Parts that hold no
// filter, or that are not understood, are unknowns: any number, each for two series.
#include "verify/hidden.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>

#include "promql/arithmetic.h"
#include "promql/ast.h"

namespace backout::verify {
namespace {

using promql::Expr;
using promql::Op;
using Kind = Expr::Kind;

constexpr std::size_t most_unknowns = 3, most_assignments = 20'000, most_kept = 30;

// Of two series; none: it dropped out. What an aggregation or a number gives is there for both.
using Values = std::array<std::optional<double>, 2>;

bool is_filter(const Expr& expr) {
  return expr.kind == Kind::binary && ((promql::is_comparison(expr.op) && !expr.returns_bool) ||
                                       expr.op == Op::unless || expr.op == Op::and_);
}

bool has_filter(const Expr& root) {
  bool found = false;
  walk(root, [&](const Expr& expr) { found |= is_filter(expr); });
  return found;
}

bool is_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// The argument whose values a function or aggregation passes on, one for one or as one of them or
// their mean; none: it does something else with them.
const Expr* passed_on(const Expr& expr, const Expectation& expectation) {
  if (expr.kind == Kind::subquery || expr.kind == Kind::range) return &expr.args[0];
  if (expr.kind == Kind::aggregation) {
    // A sum counts: `sum(up == 1)`. To drop values makes it smaller.
    const bool sums = expr.text == "sum" && (expectation.kind == Expectation::Kind::less ||
                                             expectation.kind == Expectation::Kind::less_equal);
    return sums || is_any(expr.text, {"avg", "min", "max", "quantile", "topk", "bottomk"})
               ? &promql::aggregated(expr)
               : nullptr;
  }
  if (expr.kind != Kind::call || expr.args.empty()) return nullptr;
  if (is_any(expr.text, {"quantile_over_time"})) return &expr.args.back();
  return is_any(expr.text, {"abs", "ceil", "floor", "round", "sqrt", "sort", "sort_desc", "clamp",
                            "clamp_min", "clamp_max", "label_replace", "label_join",
                            "avg_over_time", "min_over_time", "max_over_time", "last_over_time"})
             ? &expr.args[0]
             : nullptr;
}

struct Unknowns {
  const Expectation& expectation;
  std::vector<const Expr*> all;                        // each once
  std::unordered_map<const Expr*, std::size_t> index;  // of each place where one stands, in `all`
  std::vector<double> numbers;  // that the query compares and calculates with
  bool negative = false;        // one of them
};

bool is_understood(const Expr& expr, const Expectation& expectation) {
  return expr.kind == Kind::parentheses || expr.kind == Kind::unary || expr.kind == Kind::binary ||
         passed_on(expr, expectation);
}

void collect(const Expr& expr, Unknowns& out) {
  if (expr.kind == Kind::number) return out.numbers.push_back(expr.number);
  if (expr.type == promql::Type::string) return;
  const bool negated = expr.kind == Kind::unary && promql::bare(expr.args[0]).kind == Kind::number;
  out.negative |= negated;
  if (negated || (has_filter(expr) && is_understood(expr, out.expectation))) {
    for (const Expr& each : expr.args) collect(each, out);
    return;
  }
  const auto known = std::find_if(out.all.begin(), out.all.end(),
                                  [&](const Expr* other) { return promql::same(*other, expr); });
  out.index[&expr] = static_cast<std::size_t>(known - out.all.begin());
  if (known == out.all.end()) out.all.push_back(&expr);
}

// ---- calculation

struct World {
  const Unknowns& unknowns;
  std::vector<Values> values;  // of the unknowns
  bool filters = true;
};

using Value = std::optional<double>;

Value join(const Expr& expr, const Value& left, const Value& right, bool filters) {
  if (expr.op == Op::or_) return left ? left : right;
  if (expr.op == Op::and_) return filters && !right ? Value{} : left;
  if (expr.op == Op::unless) return filters && right ? Value{} : left;
  if (!left || !right) return {};
  if (!promql::is_comparison(expr.op)) return promql::calculate(expr.op, *left, *right);
  const bool holds = promql::compare(expr.op, *left, *right);
  if (expr.returns_bool) return holds ? 1 : 0;
  const bool swapped = expr.args[0].type == promql::Type::scalar;
  return holds || !filters ? (swapped ? right : left) : Value{};
}

Values aggregate(const Expr& expr, const Values& of) {
  if (expr.text == "topk" || expr.text == "bottomk") return of;
  if (!of[0] || !of[1]) {
    const Value& one = of[0] ? of[0] : of[1];
    return {one, one};
  }
  double out = (*of[0] + *of[1]) / 2;
  if (expr.text == "sum" && *of[0] != *of[1]) out *= 2;
  if (expr.text == "min") out = std::min(*of[0], *of[1]);
  if (expr.text == "max") out = std::max(*of[0], *of[1]);
  return {out, out};
}

Value apply(const Expr& call, double value) {
  const auto bound = [&](std::size_t index, double other) {
    const bool given = index < call.args.size();
    const Expr* arg = given ? &promql::bare(call.args[index]) : nullptr;
    return arg && arg->kind == Kind::number ? arg->number : other;
  };
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::string& name = call.text;
  if (name == "abs") return std::fabs(value);
  if (name == "ceil") return std::ceil(value);
  if (name == "floor") return std::floor(value);
  if (name == "sqrt") return std::sqrt(value);
  if (name == "round") {
    const double unit = bound(1, 1);
    return std::floor(value / unit + 0.5) * unit;
  }
  if (name == "clamp_min") return std::max(value, bound(1, -infinity));
  if (name == "clamp_max") return std::min(value, bound(1, infinity));
  if (name == "clamp") return std::max(bound(1, -infinity), std::min(bound(2, infinity), value));
  return value;
}

Values value_of(const Expr& expr, const World& world) {
  if (expr.kind == Kind::number) return {expr.number, expr.number};
  const auto unknown = world.unknowns.index.find(&expr);
  if (unknown != world.unknowns.index.end()) return world.values[unknown->second];
  if (expr.kind == Kind::parentheses) return value_of(expr.args[0], world);
  if (expr.kind == Kind::binary) {
    const Values left = value_of(expr.args[0], world), right = value_of(expr.args[1], world);
    return {join(expr, left[0], right[0], world.filters),
            join(expr, left[1], right[1], world.filters)};
  }
  if (expr.kind == Kind::unary) {
    Values out = value_of(expr.args[0], world);
    for (Value& each : out)
      if (each && expr.op == Op::subtract) each = -*each;
    return out;
  }
  const Expr* inner = passed_on(expr, world.unknowns.expectation);
  if (!inner) return {};
  Values out = value_of(*inner, world);
  if (expr.kind == Kind::aggregation) return aggregate(expr, out);
  if (expr.kind == Kind::call)
    for (Value& each : out)
      if (each) each = apply(expr, *each);
  return out;
}

enum class Result : std::uint8_t { nothing, passes, breaks };

// `breaks`: by a finite number, as what is divided by nothing is not hidden but guarded against.
Result result_of(const Expr& root, const World& world, const Expectation& expectation) {
  Result out = Result::nothing;
  for (const Value& each : value_of(root, world)) {
    if (!each) continue;
    if (!std::isfinite(*each)) return Result::nothing;
    if (!satisfied(expectation, *each)) return Result::breaks;
    out = Result::passes;
  }
  return out;
}

// Metrics are seldom negative, and a guard such as `> 0` drops nothing where they are not.
std::vector<double> tried_values(const Unknowns& unknowns) {
  std::vector<double> out = samples(unknowns.expectation);
  for (const double number : unknowns.numbers) {
    const std::vector<double> beside = samples({Expectation::Kind::equal, number, 0});
    out.insert(out.end(), beside.begin(), beside.end());
  }
  out.push_back(1e12);
  if (!unknowns.negative && unknowns.expectation.bound >= 0)
    out.erase(std::remove_if(out.begin(), out.end(), [](double value) { return value < 0; }),
              out.end());
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

// Beside a series that passes, one that breaks has no say.
bool hides_beside(const Expr& root, World& world, const Expectation& expectation,
                  const std::vector<std::vector<double>>& passing,
                  const std::vector<std::vector<double>>& dropped) {
  for (const auto& one : passing)
    for (const auto& other : dropped) {
      for (std::size_t i = 0; i < one.size(); ++i) world.values[i] = {one[i], other[i]};
      world.filters = true;
      if (result_of(root, world, expectation) != Result::passes) continue;
      world.filters = false;
      if (result_of(root, world, expectation) == Result::breaks) return true;
    }
  return false;
}

}  // namespace

bool hides_breaks(const promql::Query& query, const Expectation& expectation) {
  const Expr& root = query.root;
  if (!has_filter(root)) return false;
  Unknowns unknowns{expectation, {}, {}, {}};
  collect(root, unknowns);
  if (unknowns.all.empty() || unknowns.all.size() > most_unknowns) return false;
  const std::vector<double> tried = tried_values(unknowns);
  std::size_t count = 1;
  for (std::size_t i = 0; i < unknowns.all.size(); ++i) count *= tried.size();
  if (count > most_assignments) return false;

  World world{unknowns, std::vector<Values>(unknowns.all.size())};
  std::vector<std::vector<double>> passing, dropped;
  for (std::size_t n = 0; n < count; ++n) {
    std::vector<double> now;
    for (std::size_t i = 0, rest = n; i < world.values.size(); ++i, rest /= tried.size()) {
      now.push_back(tried[rest % tried.size()]);
      world.values[i] = {now.back(), now.back()};
    }
    world.filters = true;
    const Result seen = result_of(root, world, expectation);
    if (seen == Result::breaks) return false;
    if (seen == Result::passes && passing.size() < most_kept) passing.push_back(now);
    if (seen != Result::nothing || dropped.size() >= most_kept) continue;
    world.filters = false;
    if (result_of(root, world, expectation) == Result::breaks) dropped.push_back(now);
  }
  return hides_beside(root, world, expectation, passing, dropped);
}

}  // namespace backout::verify
