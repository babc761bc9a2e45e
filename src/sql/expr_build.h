// Makes expressions in canonical form, so that what PostgreSQL stores alike is equal here. Each
// function is the rule for one node, given canonical parts. Measured against pg_get_expr() and
// pg_get_constraintdef() of PostgreSQL 15.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sql/expr.h"
#include "sql/type.h"

namespace backout::sql {

[[nodiscard]] Expr make_expr(Expr::Kind kind, std::string text, std::vector<Expr> args = {});
[[nodiscard]] Expr make_string(std::string_view text);
[[nodiscard]] Expr make_number(std::string_view text);
[[nodiscard]] Expr make_boolean(bool value);

// AND and OR are flattened. NOT NOT x is x, NOT x IS NULL is x IS NOT NULL.
[[nodiscard]] Expr make_and_or(Expr::Kind kind, std::vector<Expr> args);
[[nodiscard]] Expr make_not(Expr arg);

// A binary operator. Rows are compared part by part; IS [NOT] DISTINCT FROM NULL is a null test.
[[nodiscard]] Expr make_op(std::string text, Expr left, Expr right);

// IN over a list. One element: `=`.
[[nodiscard]] Expr make_in(Expr value, std::vector<Expr> list);
// `value op ANY (array)` and `value op ALL (array)`: IN or NOT IN where the array is written out,
// as ARRAY[…] or '{…}'.
[[nodiscard]] Expr make_array_op(std::string_view op, bool all, Expr value, Expr array);

// Casts that the server adds or that only say what a literal is go; '1'::integer becomes 1,
// 't'::boolean true.
[[nodiscard]] Expr make_cast(Expr arg, const Type& type);

// Is the text a decimal number (-1.5, 10, 2e3)?
[[nodiscard]] bool is_number(std::string_view text);

}  // namespace backout::sql
