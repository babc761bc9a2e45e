// Expressions of defaults, checks, generated columns, indexes and policies, small enough to compare
// and to reason about. Deep or unusual parts become `other` with their canonical text, so nothing
// is ever lost for comparison. Trees are made in canonical form (sql/expr_build.h): BETWEEN is two
// comparisons, IN of one value is `=`, casts that the server adds by itself are gone. At most 100
// levels deep, so recursion over them is safe on any stack.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sql/type.h"

namespace backout::sql {

struct Expr {
  enum class Kind : std::uint8_t {
    constant,  // text: the value as written without quotes; `string` tells 'x' from x; "true" and
               // "false" without `string`
    null,
    column,  // text: last part of the name; args[0] (`other`) is the qualifier where it tells rows
             // apart: old, new, excluded
    function,  // text: name, without pg_catalog ("now", "public.f"); args
    op,        // text: operator ("=", "~", "||"); one or two args
    and_,
    or_,
    not_,
    is_null,
    is_not_null,
    is_true,
    is_false,
    is_unknown,  // IS TRUE …; negated forms are wrapped in not_
    cast,        // text: canonical type name; args[0]
    in_list,     // args[0] IN (args[1] …); `= ANY (ARRAY[…])` is lowered to the same
    array,
    row,
    coalesce,
    case_,  // args: when, then, …, else; `text` "simple": args[0] is what the WHENs are compared
            // with
    value_function,  // text: "current_timestamp", "current_user", …
    other,  // text: canonical text of what is not in args; args: the expressions below (of a
            // sub-query: the columns it names)
  };
  Kind kind = Kind::other;
  bool string = false;  // constant written in quotes
  std::string text;
  std::vector<Expr> args;
  friend bool operator==(const Expr&, const Expr&) = default;
};

using ExprPtr = std::shared_ptr<const Expr>;  // null: no expression

// Canonical text: the same for spellings that PostgreSQL stores alike (case, parentheses, IN and =
// ANY, casts of literals to text types). For comparison and for messages.
[[nodiscard]] std::string to_text(const Expr& expr);
// Equal as far as the canonical text can tell.
[[nodiscard]] bool same(const ExprPtr& a, const ExprPtr& b);

// A default as the server stores it for a column of this type: '0' of an integer column is 0, 't'
// of a boolean one true, and a cast to the column's own type is gone.
[[nodiscard]] ExprPtr as_default_of(const ExprPtr& expr, const Type& type);

// The expression after a column was renamed. Columns inside sub-queries stay, they may be another
// table's.
[[nodiscard]] ExprPtr with_renamed_column(const ExprPtr& expr, std::string_view from,
                                          std::string_view to);

// Volatility of an expression used as a default, from the built-in functions of PostgreSQL 15
// (pg_proc). Functions that are not built in count as volatile, as CREATE FUNCTION without a marker
// makes them.
enum class Volatility : std::uint8_t { immutable, stable, volatile_ };
[[nodiscard]] Volatility volatility(const Expr& expr);

// Columns an expression names, each once, in order.
[[nodiscard]] std::vector<std::string> columns_of(const Expr& expr);

}  // namespace backout::sql
