// Sets of values that a comparison with constants leaves to a term, and what is sure about them:
// types are not known here, so strings are equal when they are spelled alike and never surely
// different.
#pragma once

#include <cstdint>
#include <vector>

#include "sql/expr.h"

namespace backout::sql {

struct ValueSet {
  enum class Shape : std::uint8_t { only, all_but, below, above } shape = Shape::only;
  std::vector<Expr> values;  // of only, all_but; the bound of below, above
  bool inclusive = false;    // the bound belongs to the set
};

// The constants true and false.
[[nodiscard]] bool is_boolean(const Expr& expr);

// These say yes only when it is sure.
[[nodiscard]] bool holds_value(const ValueSet& set, const Expr& value);
[[nodiscard]] bool subset(const ValueSet& a, const ValueSet& b);

// All other values; of booleans there are two.
[[nodiscard]] ValueSet complement(ValueSet set);

}  // namespace backout::sql
