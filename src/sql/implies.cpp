// Implication between boolean expressions in three-valued logic. An expression is taken under one
// of four claims (it is true, not false, false, not true); NOT and IS TRUE only change the claim.
// AND and OR under a claim are a conjunction or a disjunction of claims; what is left is a fact:
// one term and the set of values it may have, NULL among them or not. A fact follows from others
// about the same term when its set holds one of theirs.
#include "sql/implies.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/expr_build.h"
#include "sql/value_set.h"

namespace backout::sql {
namespace {

using Kind = Expr::Kind;

enum class Claim { is_true, not_false, is_false, not_true };

bool asserts(Claim claim) { return claim == Claim::is_true || claim == Claim::not_false; }
bool null_fits(Claim claim) { return claim == Claim::not_false || claim == Claim::not_true; }
Claim negated(Claim claim) {
  switch (claim) {
    case Claim::is_true:
      return Claim::is_false;
    case Claim::not_false:
      return Claim::not_true;
    case Claim::is_false:
      return Claim::is_true;
    case Claim::not_true:
      break;
  }
  return Claim::not_false;
}

struct Claimed {
  const Expr* expr;
  Claim claim;
};

// NOT and IS TRUE … taken into the claim.
Claimed peeled(Claimed claimed) {
  for (;;) {
    const Expr& expr = *claimed.expr;
    switch (expr.kind) {
      case Kind::not_:
        claimed.claim = negated(claimed.claim);
        break;
      case Kind::is_true:
        claimed.claim = asserts(claimed.claim) ? Claim::is_true : Claim::not_true;
        break;
      case Kind::is_false:
        claimed.claim = asserts(claimed.claim) ? Claim::is_false : Claim::not_false;
        break;
      default:
        return claimed;
    }
    claimed.expr = &expr.args.front();
  }
}

bool is_conjunction(const Claimed& claimed) {
  return claimed.expr->kind == (asserts(claimed.claim) ? Kind::and_ : Kind::or_);
}
bool is_disjunction(const Claimed& claimed) {
  return claimed.expr->kind == (asserts(claimed.claim) ? Kind::or_ : Kind::and_);
}

// ---------------------------------------------------------------- facts

struct Fact {
  std::string term;  // canonical text
  ValueSet values;
  bool null = false;  // may be NULL
};

ValueSet set_of(ValueSet::Shape shape, std::vector<Expr> values = {}, bool inclusive = false) {
  return {shape, std::move(values), inclusive};
}

// `term` is strict in the claim: NULL makes the expression NULL.
Fact strict_fact(std::string term, ValueSet when_true, Claim claim) {
  return {std::move(term), asserts(claim) ? std::move(when_true) : complement(std::move(when_true)),
          null_fits(claim)};
}

std::optional<ValueSet> compared_with(std::string_view op, const Expr& constant) {
  using Shape = ValueSet::Shape;
  if (op == "=") return set_of(Shape::only, {constant});
  if (op == "<>") return complement(set_of(Shape::only, {constant}));
  if (op == "<") return set_of(Shape::below, {constant}, false);
  if (op == "<=") return set_of(Shape::below, {constant}, true);
  if (op == ">") return set_of(Shape::above, {constant}, false);
  if (op == ">=") return set_of(Shape::above, {constant}, true);
  return std::nullopt;
}

std::string_view flipped(std::string_view op) {
  if (op == "<") return ">";
  if (op == "<=") return ">=";
  if (op == ">") return "<";
  if (op == ">=") return "<=";
  return op;
}

// Two terms compared: the term is how they stand to each other, its values are less (-1), equal (0)
// and more (1).
std::optional<Fact> comparison_of_terms(std::string_view op, const Expr& left, const Expr& right,
                                        Claim claim) {
  std::string a = to_text(left);
  std::string b = to_text(right);
  if (a == b) return std::nullopt;
  if (b < a) {
    std::swap(a, b);
    op = flipped(op);
  }
  std::vector<Expr> orders;
  if (op == "<" || op == "<=" || op == "<>") orders.push_back(make_number("-1"));
  if (op == "=" || op == "<=" || op == ">=") orders.push_back(make_number("0"));
  if (op == ">" || op == ">=" || op == "<>") orders.push_back(make_number("1"));
  if (orders.empty()) return std::nullopt;
  ValueSet set = set_of(ValueSet::Shape::only, std::move(orders));
  if (!asserts(claim)) {
    std::vector<Expr> others;
    for (const char* const order : {"-1", "0", "1"})
      if (!holds_value(set, make_number(order))) others.push_back(make_number(order));
    set.values = std::move(others);
  }
  return Fact{a + " <=> " + b, std::move(set), null_fits(claim)};
}

std::optional<Fact> fact_of_operator(const Expr& expr, Claim claim) {
  if (expr.args.size() != 2) return std::nullopt;
  const Expr* term = &expr.args[0];
  const Expr* constant = &expr.args[1];
  std::string_view op = expr.text;
  if (term->kind == Kind::constant) {
    std::swap(term, constant);
    op = flipped(op);
  }
  if (term->kind == Kind::constant) return std::nullopt;
  if (constant->kind != Kind::constant) return comparison_of_terms(op, *term, *constant, claim);
  if (op == "is distinct from") {  // never NULL
    ValueSet others = set_of(ValueSet::Shape::all_but, {*constant});
    if (asserts(claim)) return Fact{to_text(*term), std::move(others), true};
    return Fact{to_text(*term), complement(std::move(others)), false};
  }
  std::optional<ValueSet> set = compared_with(op, *constant);
  if (!set) return std::nullopt;
  return strict_fact(to_text(*term), std::move(*set), claim);
}

std::optional<Fact> fact_of_list(const Expr& expr, Claim claim) {
  std::vector<Expr> values;
  bool null_listed = false;
  for (std::size_t i = 1; i < expr.args.size(); ++i) {
    if (expr.args[i].kind == Kind::null)
      null_listed = true;
    else if (expr.args[i].kind == Kind::constant)
      values.push_back(expr.args[i]);
    else
      return std::nullopt;
  }
  if (expr.args.front().kind == Kind::constant) return std::nullopt;
  std::string term = to_text(expr.args.front());
  if (null_listed) {  // never false: NULL instead
    if (claim == Claim::is_false)
      return Fact{std::move(term), set_of(ValueSet::Shape::only), false};
    if (claim == Claim::not_false)
      return Fact{std::move(term), set_of(ValueSet::Shape::all_but), true};
  }
  return strict_fact(std::move(term), set_of(ValueSet::Shape::only, std::move(values)), claim);
}

Fact fact_of(const Claimed& claimed) {
  const Expr& expr = *claimed.expr;
  std::optional<Fact> fact;
  switch (expr.kind) {
    case Kind::is_null:
    case Kind::is_unknown:
    case Kind::is_not_null: {
      const bool null = (expr.kind != Kind::is_not_null) == asserts(claimed.claim);
      using Shape = ValueSet::Shape;
      return {to_text(expr.args.front()), set_of(null ? Shape::only : Shape::all_but), null};
    }
    case Kind::op:
      fact = fact_of_operator(expr, claimed.claim);
      break;
    case Kind::in_list:
      fact = fact_of_list(expr, claimed.claim);
      break;
    default:
      break;
  }
  if (fact) return std::move(*fact);
  return strict_fact(to_text(expr), set_of(ValueSet::Shape::only, {make_boolean(true)}),
                     claimed.claim);
}

// What a constant says under a claim: it holds or not.
std::optional<bool> decided(const Claimed& claimed) {
  if (claimed.expr->kind == Kind::null) return null_fits(claimed.claim);
  if (claimed.expr->kind != Kind::constant || !is_boolean(*claimed.expr)) return std::nullopt;
  return (claimed.expr->text == "true") == asserts(claimed.claim);
}

// ---------------------------------------------------------------- proof

class Proof {
 public:
  // `a` is a conjunction of claims.
  bool follows(const std::vector<Claimed>& claims, Claimed b) {
    steps_left_ -= 1 + static_cast<std::ptrdiff_t>(claims.size());
    if (steps_left_ < 0) return false;
    b = peeled(b);
    if (const auto known = decided(b); known && *known) return true;
    if (is_conjunction(b))
      return std::all_of(b.expr->args.begin(), b.expr->args.end(), [&](const Expr& part) {
        return follows(claims, {&part, b.claim});
      });
    const std::vector<Claimed> parts = flattened(claims);
    for (const Claimed& part : parts)
      if (const auto known = decided(part); known && !*known) return true;
    if (is_disjunction(b) &&
        std::any_of(b.expr->args.begin(), b.expr->args.end(), [&](const Expr& way) {
          return follows(parts, {&way, b.claim});
        }))
      return true;
    if (from_facts(parts, b)) return true;
    return by_cases(parts, b);
  }

 private:
  static std::vector<Claimed> flattened(const std::vector<Claimed>& claims) {
    std::vector<Claimed> flat;
    for (const Claimed& claim : claims) {
      const Claimed inner = peeled(claim);
      if (!is_conjunction(inner)) {
        flat.push_back(inner);
        continue;
      }
      std::vector<Claimed> parts;
      for (const Expr& arg : inner.expr->args) parts.push_back({&arg, inner.claim});
      const std::vector<Claimed> deeper = flattened(parts);
      flat.insert(flat.end(), deeper.begin(), deeper.end());
    }
    return flat;
  }

  static bool from_facts(const std::vector<Claimed>& parts, const Claimed& b) {
    const Fact wanted = fact_of(b);
    bool null_excluded = wanted.null;
    bool values_fit = false;
    for (const Claimed& part : parts) {
      const Fact fact = fact_of(part);
      if (fact.term != wanted.term) continue;
      if (!fact.null) null_excluded = true;
      if (subset(fact.values, wanted.values)) values_fit = true;
    }
    return null_excluded && values_fit;
  }

  // One of the parts is an OR: b must follow from each of its ways, with the other parts.
  bool by_cases(const std::vector<Claimed>& parts, const Claimed& b) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!is_disjunction(parts[i])) continue;
      std::vector<Claimed> others = parts;
      const Claimed choice = others[i];
      const bool all =
          std::all_of(choice.expr->args.begin(), choice.expr->args.end(), [&](const Expr& way) {
            others[i] = {&way, choice.claim};
            return follows(others, b);
          });
      if (all) return true;
    }
    return false;
  }

  std::ptrdiff_t steps_left_ =
      2000;  // nested ANDs and ORs multiply; what takes longer counts as "cannot tell"
};

}  // namespace

bool implies(const Expr& a, const Expr& b) {
  return Proof().follows({{&a, Claim::not_false}}, {&b, Claim::not_false});
}

}  // namespace backout::sql
