// Expressions of defaults, checks, generated columns, indexes and policies, small enough to compare and to reason about.
// Deep or unusual parts become `other` with their canonical text, so nothing is ever lost for comparison.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace backout::sql {

struct Expr {
  enum class Kind : std::uint8_t {
    constant,       // text: the value as written without quotes; `string` tells 'x' from x
    null,
    column,         // text: last part of the name; qualifier in args never kept
    function,       // text: name as written, lower-case ("now", "pg_catalog.lower"); args
    op,             // text: operator ("=", "~", "||"); one or two args
    and_, or_, not_,
    is_null, is_not_null,
    is_true, is_false, is_unknown,   // IS TRUE …; negated forms are wrapped in not_
    cast,           // text: canonical type name; args[0]
    in_list,        // args[0] IN (args[1] …); `= ANY (ARRAY[…])` is lowered to the same
    array, row, case_, coalesce,
    between,        // args: value, low, high
    value_function, // text: "current_timestamp", "current_user", …
    other,          // text: canonical text of the tree below
  };
  Kind kind = Kind::other;
  bool string = false;  // constant written in quotes
  std::string text;
  std::vector<Expr> args;
  friend bool operator==(const Expr&, const Expr&) = default;
};

using ExprPtr = std::shared_ptr<const Expr>;  // null: no expression

// Canonical text: the same for spellings that PostgreSQL stores alike (case, parentheses, IN and = ANY, casts of
// literals to text types). For comparison and for messages.
[[nodiscard]] std::string to_text(const Expr& expr);
// Equal as far as the canonical text can tell.
[[nodiscard]] bool same(const ExprPtr& a, const ExprPtr& b);

// Volatility of an expression used as a default, from the built-in functions of PostgreSQL 15 (pg_proc). Functions that are not
// built in count as volatile, as CREATE FUNCTION without a marker makes them.
enum class Volatility : std::uint8_t { immutable, stable, volatile_ };
[[nodiscard]] Volatility volatility(const Expr& expr);

// Columns an expression names, each once.
[[nodiscard]] std::vector<std::string> columns_of(const Expr& expr);

}  // namespace backout::sql
