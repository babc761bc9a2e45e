#include "argo/quantity.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "promql/selectors.h"

namespace backout::argo {
namespace {

using promql::Expr;
using promql::Op;
using EKind = Expr::Kind;
using Selectors = std::vector<const Expr*>;

std::optional<double> constant(const Expr& expr) {
  const Expr& inner = bare(expr);
  if (inner.kind == EKind::number) return inner.number;
  if (inner.kind == EKind::call && inner.text == "vector" && inner.args.size() == 1)
    return constant(inner.args[0]);
  return std::nullopt;
}

// What makes the number, and what is done to it afterwards.
struct Core {
  const Expr* expr = nullptr;
  double scale = 1;
  bool complement = false;  // `1 - x`
};

constexpr std::array<std::string_view, 8> keeping_calls = {
    "round", "ceil", "floor", "clamp", "clamp_min", "clamp_max", "scalar", "vector"};
constexpr std::array<std::string_view, 3> keeping_aggregations = {"avg", "min", "max"};

Core core_of(const Expr& root) {
  Core core{&bare(root)};
  while (true) {
    const Expr& now = *core.expr;
    const Expr* next = nullptr;
    if (now.kind == EKind::call && !now.args.empty() &&
        std::find(keeping_calls.begin(), keeping_calls.end(), now.text) != keeping_calls.end())
      next = &now.args[0];
    if (now.kind == EKind::aggregation &&
        std::find(keeping_aggregations.begin(), keeping_aggregations.end(), now.text) !=
            keeping_aggregations.end())
      next = &aggregated(now);
    if (now.kind == EKind::binary) {
      const auto left = constant(now.args[0]), right = constant(now.args[1]);
      if ((now.op == Op::or_ || (promql::is_comparison(now.op) && !now.returns_bool)) && right)
        next = &now.args[0];
      if (now.op == Op::multiply && (left || right)) {
        core.scale *= left ? *left : *right;
        next = &now.args[left ? 1 : 0];
      }
      if (now.op == Op::divide && right) {
        core.scale /= *right;
        next = &now.args[0];
      }
      if (now.op == Op::subtract && left && (*left == 1 || *left == 100)) {
        core.complement = !core.complement;
        next = &now.args[1];
      }
    }
    if (!next) return core;
    core.expr = &bare(*next);
  }
}

Selectors selectors_below(const Expr& root) {
  Selectors out;
  walk(root, [&](const Expr& expr) {
    if (expr.kind == EKind::selector) out.push_back(&expr);
  });
  return out;
}

bool has(const Expr& root, std::initializer_list<Op> ops) {
  bool found = false;
  walk(root, [&](const Expr& expr) {
    found = found ||
            (expr.kind == EKind::binary && std::find(ops.begin(), ops.end(), expr.op) != ops.end());
  });
  return found;
}

// Whether `part` selects some of the series that `whole` does.
bool is_part(const Expr& part, const Expr& whole) {
  if (part.selector.metric.text != whole.selector.metric.text || whole.selector.metric.text.empty())
    return false;
  if (part.offset.written() || whole.offset.written()) return false;
  return std::all_of(
      whole.selector.matchers.begin(), whole.selector.matchers.end(), [&](const auto& needed) {
        return std::any_of(
            part.selector.matchers.begin(), part.selector.matchers.end(), [&](const auto& one) {
              return !one.opaque && !needed.opaque && one.op == needed.op &&
                     one.label.text == needed.label.text && one.value.text == needed.value.text;
            });
      });
}

bool is_share(const Expr& division, const Selectors& above, const Selectors& below) {
  if (above.empty() || below.empty() || has(division.args[1], {Op::multiply, Op::divide}))
    return false;
  return std::all_of(above.begin(), above.end(), [&](const Expr* part) {
    return std::any_of(below.begin(), below.end(),
                       [&](const Expr* whole) { return is_part(*part, *whole); });
  });
}

bool contains(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
}

bool is_latency(std::string_view name) { return contains(name, {"duration", "latency"}); }

Quantity::Unit unit_of(std::string_view name) {
  if (contains(name, {"_milliseconds", "_ms_", "_millis"}) || name.ends_with("_ms"))
    return Quantity::Unit::milliseconds;
  return contains(name, {"_seconds"}) ? Quantity::Unit::seconds : Quantity::Unit::unknown;
}

}  // namespace

Quantity quantity_of(const promql::Query& query) {
  Quantity out;
  const Core core = core_of(query.root);
  double scale = core.scale;
  const bool divides = core.expr->kind == EKind::binary && core.expr->op == Op::divide;
  if (core.expr->kind == EKind::binary && !divides) return out;
  const Core numerator = divides ? core_of(core.expr->args[0]) : Core{core.expr};
  const Selectors above = selectors_below(*numerator.expr);
  if (divides) {
    scale *= numerator.scale;
    const Selectors below = selectors_below(core.expr->args[1]);
    const bool plain = !numerator.complement && !has(*numerator.expr, {Op::divide, Op::multiply});
    if (plain && is_share(*core.expr, above, below) && (scale == 1 || scale == 100))
      out.range = scale == 1 ? Quantity::Range::fraction : Quantity::Range::percent;
  }

  const auto series = promql::series_of(query.root);
  const auto all = [&](auto holds) {
    return !above.empty() && std::all_of(above.begin(), above.end(), [&](const Expr* selector) {
      return holds(series.at(selector), std::string_view(selector->selector.metric.text));
    });
  };
  const bool good = all([](const promql::Series& one, std::string_view) {
    return one.only_good() && !one.unsure && !one.events;
  });
  const bool bad = all([](const promql::Series& one, std::string_view) {
    return !one.unsure && (one.only_bad() || one.events);
  });
  const bool latency = all([](const promql::Series&, std::string_view name) {
    return is_latency(name) && (name.ends_with("_bucket") || name.ends_with("_sum"));
  });
  bool quantile = false, difference = false;
  walk(query.root, [&](const Expr& expr) {
    quantile = quantile || (expr.kind == EKind::call && expr.text == "histogram_quantile");
    difference = difference ||
                 (expr.kind == EKind::binary && expr.op == Op::subtract && !constant(expr.args[0]));
  });
  if (difference) return out;
  if (out.range != Quantity::Range::unknown && good != bad)
    out.good = (good != core.complement) ? Quantity::Good::high : Quantity::Good::low;
  if (latency && !core.complement && ((quantile && !divides) || (divides && !quantile))) {
    const bool sums =
        all([](const promql::Series&, std::string_view name) { return name.ends_with("_sum"); });
    if (divides ? sums : true) {
      out.good = Quantity::Good::low;
      if (scale == 1) out.unit = unit_of(above.front()->selector.metric.text);
      if (scale == 1000 && unit_of(above.front()->selector.metric.text) == Quantity::Unit::seconds)
        out.unit = Quantity::Unit::milliseconds;
    }
  }
  return out;
}

}  // namespace backout::argo
