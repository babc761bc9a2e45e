// Operators between two expressions.
#include <cmath>

#include "promql/interpret.h"

namespace backout::promql {
namespace {

using V = Values;

Binary arithmetic_of(Op op) {
  switch (op) {
    case Op::add:
      return [](double a, double b) { return a + b; };
    case Op::subtract:
      return [](double a, double b) { return a - b; };
    case Op::multiply:
      return [](double a, double b) { return a * b; };
    case Op::divide:
      return [](double a, double b) { return a / b; };
    case Op::modulo:
      return [](double a, double b) { return std::fmod(a, b); };
    case Op::power:
      return [](double a, double b) { return std::pow(a, b); };
    default:
      return [](double a, double b) { return std::atan2(a, b); };
  }
}

Comparison comparison_of(Op op) {
  switch (op) {
    case Op::equal:
      return [](double a, double b) { return a == b; };
    case Op::not_equal:
      return [](double a, double b) { return a != b; };
    case Op::greater:
      return [](double a, double b) { return a > b; };
    case Op::greater_equal:
      return [](double a, double b) { return a >= b; };
    case Op::less:
      return [](double a, double b) { return a < b; };
    default:
      return [](double a, double b) { return a <= b; };
  }
}

Op mirrored(Op op) {
  switch (op) {
    case Op::greater:
      return Op::less;
    case Op::greater_equal:
      return Op::less_equal;
    case Op::less:
      return Op::greater;
    case Op::less_equal:
      return Op::greater_equal;
    default:
      return op;
  }
}

V truth(const Compared& compared) {
  V out;
  if (compared.can_fail) out.add(V::exactly(0));
  if (compared.can_hold) out.add(V::exactly(1));
  return out;
}

// Values of `out`, and whether its elements may be filtered away. `equal`: both sides are the same.
void compute(Answer& out, const Expr& expr, const V& left, const V& right, bool equal) {
  if (!is_comparison(expr.op)) {
    out.values = equal ? apply_to_same(arithmetic_of(expr.op), left)
                       : apply(arithmetic_of(expr.op), left, right);
    return;
  }
  const Compared compared = equal ? compare_same(comparison_of(expr.op), left)
                                  : compare(comparison_of(expr.op), left, right);
  out.values = expr.returns_bool ? truth(compared) : compared.kept;
  if (!expr.returns_bool) out.empty |= compared.can_fail;
}

Answer with_scalar(const Expr& expr, Answer left, Answer right, bool right_is_scalar) {
  Answer out = right_is_scalar ? left : right;
  out.fails = left.fails || right.fails;
  if (is_comparison(expr.op) && !expr.returns_bool && !right_is_scalar) {
    // The vector's value stays, also where it stands on the right.
    const Compared compared = compare(comparison_of(mirrored(expr.op)), right.values, left.values);
    out.values = compared.kept;
    out.empty |= compared.can_fail;
    return out;
  }
  compute(out, expr, left.values, right.values, false);
  const bool keeps_name = is_comparison(expr.op) && !expr.returns_bool;
  return keeps_name ? out : without_name(std::move(out));
}

Answer combine_sets(const Expr& expr, Answer left, Answer right) {
  const bool fails = left.fails || right.fails;
  const LabelSet left_seen = matched(left.labels, expr.matching);
  const LabelSet right_seen = matched(right.labels, expr.matching);
  const bool left_there = !left.empty && !left.certainly_empty();
  const bool right_there = !right.empty && !right.certainly_empty();
  Answer out = left;
  if (expr.op == Op::and_) {
    if (right.certainly_empty()) out = nothing();
    out.empty |= right.empty || !meets(left_seen, right_seen);
  } else if (expr.op == Op::unless) {
    if (right_there && covers(right_seen, left_seen)) out = nothing();
    out.empty |= !right.certainly_empty();
  } else if (left.certainly_empty()) {
    out = right;
  } else if (!right.certainly_empty() && !(left_there && covers(left_seen, right_seen))) {
    out.values.add(right.values);
    out.empty = left.empty && right.empty;
    out.several_names |= right.several_names;
    out.one = left.one && right.one && left_seen.none() && right_seen.none();
    if (left.labels.kind != LabelSet::Kind::by || right.labels.kind != LabelSet::Kind::by ||
        left.labels.by != right.labels.by)
      out.labels = unknown_labels();
  }
  out.labels.partial |= expr.op != Op::or_ && !out.one;
  out.fails = fails;
  return out;
}

// Elements of one side that look alike make the server refuse.
bool may_be_ambiguous(const Expr& expr, const Answer& left, const Answer& right) {
  const auto doubled = [&](const Answer& side) {
    return !side.one && (side.several_names || may_coincide(side.labels, expr.matching));
  };
  using K = Labels::Kind;
  return (expr.grouping.kind != K::group_left && doubled(left)) ||
         (expr.grouping.kind != K::group_right && doubled(right));
}

LabelSet result_labels(const Expr& expr, const Answer& left, const Answer& right,
                       const LabelSet& left_seen, const LabelSet& right_seen) {
  using K = Labels::Kind;
  if (expr.grouping.kind == K::group_left) return with(left.labels, names_of(expr.grouping));
  if (expr.grouping.kind == K::group_right) return with(right.labels, names_of(expr.grouping));
  if (left_seen.none() || right_seen.none()) return no_labels();
  // The smaller side decides which elements there are.
  return covers(left_seen, right_seen) ? right_seen : left_seen;
}

Answer match_vectors(const Expr& expr, const Answer& left, const Answer& right, bool equal) {
  Answer out;
  out.fails = left.fails || right.fails;
  if (left.certainly_empty() || right.certainly_empty()) {
    out.empty = true;
    return out;
  }
  const LabelSet left_seen = matched(left.labels, expr.matching);
  const LabelSet right_seen = matched(right.labels, expr.matching);
  out.fails |= may_be_ambiguous(expr, left, right);
  out.empty = left.empty || right.empty || !meets(left_seen, right_seen);
  compute(out, expr, left.values, right.values, equal);
  const bool grouped = expr.grouping.kind != Labels::Kind::none;
  const bool many_is_one = expr.grouping.kind == Labels::Kind::group_left ? left.one : right.one;
  out.labels = result_labels(expr, left, right, left_seen, right_seen);
  out.one = grouped ? many_is_one : left.one || right.one || out.labels.none();
  return out;
}

}  // namespace

Answer evaluate_binary(const Context& context, const Expr& expr) {
  const Expr &left_expr = expr.args[0], &right_expr = expr.args[1];
  Answer left = evaluate(context, left_expr);
  Answer right = evaluate(context, right_expr);
  if (is_set(expr.op)) return combine_sets(expr, std::move(left), std::move(right));
  // A placeholder behind a comparison or a calculation is a number: a threshold, a factor.
  const bool right_is_scalar =
      right_expr.type == Type::scalar || bare(right_expr).kind == Expr::Kind::placeholder;
  if (bare(right_expr).kind == Expr::Kind::placeholder) right = number(V::numbers());
  if (left_expr.type == Type::scalar || right_is_scalar)
    return with_scalar(expr, std::move(left), std::move(right), right_is_scalar);
  const bool equal = same(left_expr, right_expr);
  return match_vectors(expr, left, right, equal);
}

}  // namespace backout::promql
