// What a CHECK says of rows whose columns are only partly known: does a row that leaves a new
// column at its default pass whatever the old columns hold? Three-valued logic of SQL and, on top
// of it, "cannot tell".
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "sql/expr.h"

namespace backout::sql {

enum class CheckValue : std::uint8_t { no, yes, null, unknown };
[[nodiscard]] inline bool passes(CheckValue value) {
  return value == CheckValue::yes || value == CheckValue::null;
}

// What is known of a column's value.
struct Known {
  enum class Kind : std::uint8_t { nothing, null, expression } kind = Kind::nothing;
  const Expr* expression = nullptr;
};

// `column` is asked for every column that the expression names.
[[nodiscard]] CheckValue check_value(const Expr& check,
                                     const std::function<Known(std::string_view)>& column);

}  // namespace backout::sql
