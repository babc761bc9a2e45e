// A CHECK over rows of which only the new columns are known.
#include "sql/check_value.h"

#include <gtest/gtest.h>

#include <string>

namespace backout::sql {
namespace {

using K = Expr::Kind;

Expr make(K kind, std::string text, std::vector<Expr> args = {}) {
  return {.kind = kind, .string = false, .text = std::move(text), .args = std::move(args)};
}
Expr column(const char* name) { return make(K::column, name); }
Expr number(const char* text) { return make(K::constant, text); }
Expr op(const char* name, Expr a, Expr b) {
  return make(K::op, name, {std::move(a), std::move(b)});
}

// `null`: a new column without default. `ten`: one with DEFAULT 10. Any other: old.
CheckValue judge(const Expr& check) {
  static const Expr ten = number("10");
  return check_value(check, [](std::string_view name) -> Known {
    if (name == "null") return {Known::Kind::null, nullptr};
    if (name == "ten") return {Known::Kind::expression, &ten};
    return {};
  });
}

TEST(CheckValue, KnowsWhatTheKnownColumnsDecide) {
  const Expr old = column("old"), null = column("null"), ten = column("ten");
  struct Case {
    Expr check;
    CheckValue value;
  };
  const Case cases[] = {
      {op(">", null, number("3")), CheckValue::null},
      {op(">", ten, number("3")), CheckValue::yes},
      {op("<", ten, number("3")), CheckValue::no},
      {op("<", ten, old), CheckValue::unknown},
      {op("<", null, old), CheckValue::null},
      {make(K::is_not_null, "", {null}), CheckValue::no},
      {make(K::is_null, "", {null}), CheckValue::yes},
      {make(K::is_not_null, "", {ten}), CheckValue::yes},
      {make(K::is_not_null, "", {old}), CheckValue::unknown},
      {make(K::or_, "", {make(K::is_null, "", {null}), op(">", old, number("1"))}),
       CheckValue::yes},
      {make(K::or_, "", {make(K::is_not_null, "", {null}), make(K::is_not_null, "", {old})}),
       CheckValue::unknown},
      {make(K::and_, "", {op("<", ten, number("3")), op(">", old, number("1"))}), CheckValue::no},
      {make(K::not_, "", {op("<", ten, number("3"))}), CheckValue::yes},
      {make(K::in_list, "", {ten, number("1"), number("10")}), CheckValue::yes},
      {make(K::in_list, "", {ten, number("1"), number("2")}), CheckValue::no},
      {make(K::in_list, "", {null, number("1")}), CheckValue::null},
      {op("=", make(K::function, "length", {null}), number("3")), CheckValue::null},
      {op("=", make(K::function, "length", {ten}), number("3")), CheckValue::unknown},
      {op("=", make(K::function, "num_nonnulls", {null, old}), number("1")), CheckValue::unknown},
      {op("=", make(K::coalesce, "", {null, ten}), number("10")), CheckValue::yes},
      {op(">", make(K::cast, "bigint", {ten}), number("3")), CheckValue::yes},
      {make(K::is_true, "", {op("<", null, old)}), CheckValue::no},
      {make(K::is_null, "", {op("<", null, old)}), CheckValue::yes},
      {make(K::other, "whatever"), CheckValue::unknown},
      {make(K::and_, "", {}), CheckValue::yes},
  };
  int i = 0;
  for (const Case& c : cases)
    EXPECT_EQ(judge(c.check), c.value) << "case " << i++ << " " << to_text(c.check);
}

}  // namespace
}  // namespace backout::sql
