// The value of a text expression that is made of literals alone, as EXECUTE takes it: 'DROP TABLE '
// || 'x', format('DROP TABLE %I', 'x').
#pragma once

#include <optional>
#include <string>

#include "sql/expr.h"

namespace backout::sql {

// Nothing when it depends on anything that is not written in the expression.
[[nodiscard]] std::optional<std::string> constant_text(const Expr& expr);

}  // namespace backout::sql
