// Implication between CHECKs: answers proved by hand, and random pairs against brute force over a
// small domain.
#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "sql/expr_build.h"
#include "sql/implies.h"
#include "sql_text.h"

namespace backout::sql {
namespace {

using Kind = Expr::Kind;

struct Pair {
  const char* a;
  const char* b;
};

constexpr Pair follow[] = {
    {"a > 0", "a > 0"},
    {"s in ('x','y')", "s in ('y','z','x')"},
    {"s = 'x'", "s in ('x','y')"},
    {"s in ('x')", "s = 'x'"},
    {"((s)::text = ANY ((ARRAY['x'::character varying])::text[]))", "s = 'x' or s is null"},
    {"s in ('x','y')", "s in ('x','y') or s is null"},
    {"s = 'x' or s = 'y'", "s in ('x','y','z')"},
    {"s not in ('x','y')", "s <> 'x'"},
    {"s <> 'x' and s <> 'y'", "s <> 'y'"},
    {"a > 5", "a > 3"},
    {"a > 5", "a >= 5"},
    {"a >= 5.0", "a >= 5"},
    {"a between 1 and 3", "a between 0 and 10"},
    {"a between 1 and 3", "a <> 5"},
    {"a in (1,2,3)", "a > 0 and a < 4"},
    {"a = 2", "a <> 3"},
    {"3 < a", "a > 2"},
    {"not (a > 3)", "a <= 5"},
    {"a > 0 and b > 0", "b > 0"},
    {"a > 0", "a > 0 or b > 0"},
    {"a is not null and a > 0", "a is not null"},
    {"length(s) <= 10", "length(s) <= 20"},
    {"a < b", "a <= b"},
    {"a < b", "b > a"},
    {"a = b", "a <= b and b <= a"},
    {"not a > b", "b >= a"},
    {"flag", "flag = true"},
    {"not flag", "flag = false"},
    {"flag is true", "flag is not null"},
    {"flag is true", "flag"},
    {"(a > 3) is true", "a is not null"},
    {"a is null", "a = 5"},
    {"a is null", "a is distinct from 5"},
    {"a is not distinct from 5", "a is not null and a = 5"},
    {"a in (1, null)", "a in (2, null)"},
    {"a = 1 and (b = 1 or b = 2)", "b in (1,2)"},
    {"(a = 1 and b = 1) or (a = 2 and b = 1)", "b = 1"},
    {"false", "a = 1"},
    {"a = 1", "true"},
    {"a = 1", "null"},
    {"email ~ '@'", "email ~ '@' or email is null"},
    {"coalesce(a, 0) > 3", "coalesce(a, 0) > 2"},
    {"num_nonnulls(a, b) = 1", "num_nonnulls(a, b) >= 1"},
    {"d > '2020-01-01'", "d >= '2020-01-01'"},
};

constexpr Pair do_not_follow[] = {
    {"s in ('x','y')", "s in ('x')"},
    {"a > 3", "a > 5"},
    {"a >= 5", "a > 5"},
    {"a > 0", "a is not null"},  // NULL passes the first
    {"s in ('x')", "s is not null"},
    {"flag", "flag is true"},
    {"a > 0 or b > 0", "a > 0"},
    {"s = 'x'", "s <> 'y'"},  // citext, dates: strings may be equal without being alike
    {"d > '2020-01-02'", "d > '2020-01-01'"},  // strings have no known order
    {"a > 1", "a >= 2"},                       // may be numeric
    {"a < b", "a < c"},
    {"a <> 1", "a > 1"},
    {"a in (1, null)", "a = 1"},  // never false
    {"length(s) <= 20", "length(s) <= 10"},
    {"true", "a = 1"},
    {"a is distinct from 5", "a is not null"},
    {"not flag", "flag"},
    {"not (a > 0 and b > 0)", "not (a > 0)"},
    {"a is not null", "b is not null"},
    {"x > 0.1000000000000000001", "x > 0.1"},  // the same double
};

TEST(SqlImplies, FollowsWhereItIsSure) {
  for (const Pair& pair : follow)
    EXPECT_TRUE(implies(*expr_of(pair.a), *expr_of(pair.b))) << pair.a << " => " << pair.b;
  for (const Pair& pair : do_not_follow)
    EXPECT_FALSE(implies(*expr_of(pair.a), *expr_of(pair.b))) << pair.a << " => " << pair.b;
}

// ---------------------------------------------------------------- brute force

using Value = std::optional<int>;  // a number, or a boolean as 0 and 1; nothing is NULL
struct Row {
  Value x, y, flag;
};

Value evaluate(const Expr& expr, const Row& row);

Value compare(const std::string& op, Value left, Value right) {
  if (op == "is distinct from") return left != right ? 1 : 0;
  if (!left || !right) return std::nullopt;
  if (op == "=") return *left == *right;
  if (op == "<>") return *left != *right;
  if (op == "<") return *left < *right;
  if (op == "<=") return *left <= *right;
  if (op == ">") return *left > *right;
  return *left >= *right;
}

Value negate(Value value) { return value ? Value(*value == 0 ? 1 : 0) : value; }

// AND, or OR by way of De Morgan.
Value conjunction(const Expr& expr, const Row& row, bool disjunction) {
  Value result = 1;
  for (const Expr& arg : expr.args) {
    Value value = evaluate(arg, row);
    if (disjunction) value = negate(value);
    if (value && *value == 0)
      result = 0;
    else if (!value && result && *result == 1)
      result = std::nullopt;
  }
  return disjunction ? negate(result) : result;
}

Value in_list(const Expr& expr, const Row& row) {
  const Value value = evaluate(expr.args[0], row);
  Value result = 0;
  for (std::size_t i = 1; i < expr.args.size(); ++i) {
    const Value equal = compare("=", value, evaluate(expr.args[i], row));
    if (equal && *equal == 1) return 1;
    if (!equal) result = std::nullopt;
  }
  return result;
}

Value evaluate(const Expr& expr, const Row& row) {
  switch (expr.kind) {
    case Kind::constant:
      return expr.text == "true" ? 1 : expr.text == "false" ? 0 : std::stoi(expr.text);
    case Kind::null:
      return std::nullopt;
    case Kind::column:
      return expr.text == "x" ? row.x : expr.text == "y" ? row.y : row.flag;
    case Kind::op:
      return compare(expr.text, evaluate(expr.args[0], row), evaluate(expr.args[1], row));
    case Kind::and_:
      return conjunction(expr, row, false);
    case Kind::or_:
      return conjunction(expr, row, true);
    case Kind::not_:
      return negate(evaluate(expr.args[0], row));
    case Kind::is_null:
    case Kind::is_unknown:
      return evaluate(expr.args[0], row) ? 0 : 1;
    case Kind::is_not_null:
      return evaluate(expr.args[0], row) ? 1 : 0;
    case Kind::is_true:
      return evaluate(expr.args[0], row) == Value(1) ? 1 : 0;
    case Kind::is_false:
      return evaluate(expr.args[0], row) == Value(0) ? 1 : 0;
    case Kind::in_list:
      return in_list(expr, row);
    default:
      ADD_FAILURE() << "unexpected " << to_text(expr);
      return std::nullopt;
  }
}

class Random {
 public:
  Expr boolean(int depth) {
    switch (below(depth > 0 ? 12U : 5U)) {
      case 0:
        return make_op(pick({"=", "<>", "<", "<=", ">", ">=", "is distinct from"}), number(),
                       number());
      case 1:
        return make_expr(pick({Kind::is_null, Kind::is_not_null}), {},
                         {make_expr(Kind::column, pick({"x", "y", "flag"}))});
      case 2:
        return make_expr(Kind::column, "flag");
      case 3: {
        std::vector<Expr> list;
        for (unsigned i = 0; i <= below(3); ++i)
          list.push_back(below(8) == 0 ? make_expr(Kind::null, {}) : constant());
        return make_in(make_expr(Kind::column, pick({"x", "y"})), std::move(list));
      }
      case 4:
        return below(4) == 0
                   ? make_boolean(below(2) == 0)
                   : make_op(pick({"<", ">=", "="}), make_expr(Kind::column, "x"), constant());
      case 5:
        return make_not(boolean(depth - 1));
      case 6:
        return make_expr(pick({Kind::is_true, Kind::is_false, Kind::is_unknown}), {},
                         {boolean(depth - 1)});
      default: {
        std::vector<Expr> args;
        for (unsigned i = 0; i <= 1 + below(2); ++i) args.push_back(boolean(depth - 1));
        return make_and_or(pick({Kind::and_, Kind::or_}), std::move(args));
      }
    }
  }

 private:
  unsigned below(unsigned bound) { return static_cast<unsigned>(engine_() % bound); }
  template <class T>
  T pick(std::initializer_list<T> list) {
    return *(list.begin() + below(static_cast<unsigned>(list.size())));
  }
  Expr constant() { return make_number(std::to_string(below(3))); }
  Expr number() { return below(2) == 0 ? constant() : make_expr(Kind::column, pick({"x", "y"})); }

  std::mt19937 engine_{20240607};
};

TEST(SqlImplies, AgreesWithBruteForce) {
  std::vector<Row> rows;
  const Value numbers[] = {std::nullopt, 0, 1, 2, -1, 3};
  for (const Value x : numbers)
    for (const Value y : numbers)
      for (const Value flag : {Value(), Value(0), Value(1)}) rows.push_back({x, y, flag});
  const auto passes = [](const Expr& check, const Row& row) {
    return evaluate(check, row) != Value(0);
  };

  Random random;
  int sure = 0, true_pairs = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Expr a = random.boolean(3);
    const Expr b = random.boolean(2);
    bool follows = true;
    for (const Row& row : rows) follows = follows && (!passes(a, row) || passes(b, row));
    true_pairs += follows;
    if (!implies(a, b)) continue;
    ++sure;
    ASSERT_TRUE(follows) << to_text(a) << "\n=> " << to_text(b);
  }
  EXPECT_GT(sure, true_pairs / 3);  // else it answers too seldom to be of use
  RecordProperty("proved", sure);
  RecordProperty("true", true_pairs);
}

TEST(SqlImplies, GivesUpInTime) {
  std::string a = "x > 0";
  for (int i = 0; i < 60; ++i)
    a += " and (c" + std::to_string(i) + " = 1 or d" + std::to_string(i) + " = 1)";
  EXPECT_FALSE(implies(*expr_of(a), *expr_of("z = 1")));
  std::string list = "x in (0";
  for (int i = 1; i < 50'000; ++i) list += "," + std::to_string(i);
  EXPECT_FALSE(implies(*expr_of(list + ",-1)"), *expr_of(list + ")")));
}

}  // namespace
}  // namespace backout::sql
