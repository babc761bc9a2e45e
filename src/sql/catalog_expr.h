// Expressions as the catalog keeps them: which columns, sequences and functions they name, and how
// they follow renames. The server stores identities and prints present names; we store names and
// rewrite them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/expr.h"
#include "sql/type.h"

namespace backout::sql {

// Whether the expression names the column.
[[nodiscard]] bool mentions(const ExprPtr& expr, std::string_view column);
// The same expression under the column's new name; the argument itself when it names no such
// column.
[[nodiscard]] ExprPtr rename_column(const ExprPtr& expr, std::string_view from,
                                    std::string_view to);
// Functions called, as written.
[[nodiscard]] std::vector<std::string> functions_called(const Expr& expr);

// The relations named by constants that are read as regclass: nextval('orders_id_seq'), anywhere in
// the expression. A name given as text ('orders_id_seq'::text) is looked up at run time and is
// none.
[[nodiscard]] std::vector<std::string> nextval_targets(const Expr& expr);
// The same expression with each such name replaced by what `rename` gives for it, as a regclass.
[[nodiscard]] ExprPtr rename_nextval(const ExprPtr& expr,
                                     const std::function<std::string(const std::string&)>& rename);
// A constant as the server stores it in a column of this type: 'f' of a boolean is false, '0' of an
// integer 0. Anything else is returned as it is.
[[nodiscard]] ExprPtr constant_of_type(const ExprPtr& expr, const Type& type);
// nextval('schema.name'::regclass), as the catalog keeps it.
[[nodiscard]] ExprPtr nextval_of(std::string_view key);

}  // namespace backout::sql
