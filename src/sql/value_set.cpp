// See value_set.h.
#include "sql/value_set.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <string>

#include "sql/expr_build.h"

namespace backout::sql {
namespace {

// Decimal numbers of at most 15 digits, which no type rounds to one another.
std::optional<long double> exact_number(const Expr& expr) {
  if (expr.string || !is_number(expr.text)) return std::nullopt;
  const auto digits = std::count_if(expr.text.begin(), expr.text.end(),
                                    [](char c) { return c >= '0' && c <= '9'; });
  if (digits > 15 || expr.text.find_first_of("eE") != std::string::npos) return std::nullopt;
  return std::strtold(expr.text.c_str(), nullptr);
}

bool surely_equal(const Expr& a, const Expr& b) {
  if (a == b) return true;
  const auto x = exact_number(a);
  const auto y = exact_number(b);
  return x && y && *x == *y;
}

// Strings may be equal although they are spelled otherwise (citext, dates, trailing blanks).
bool surely_different(const Expr& a, const Expr& b) {
  if (is_boolean(a) && is_boolean(b)) return a.text != b.text;
  const auto x = exact_number(a);
  const auto y = exact_number(b);
  return x && y && *x != *y;
}

// Below (-1), equal (0), above (1); nothing when that is not sure.
std::optional<int> compare(const Expr& a, const Expr& b) {
  if (surely_equal(a, b)) return 0;
  const auto x = exact_number(a);
  const auto y = exact_number(b);
  if (!x || !y) return std::nullopt;
  return *x < *y ? -1 : 1;
}

bool lacks_value(const ValueSet& set, const Expr& value) {
  switch (set.shape) {
    case ValueSet::Shape::only:
      return std::all_of(set.values.begin(), set.values.end(),
                         [&](const Expr& other) { return surely_different(value, other); });
    case ValueSet::Shape::all_but:
      return std::any_of(set.values.begin(), set.values.end(),
                         [&](const Expr& other) { return surely_equal(value, other); });
    default:
      break;
  }
  const auto order = compare(value, set.values.front());
  if (!order) return false;
  if (*order == 0) return !set.inclusive;
  return (*order < 0) != (set.shape == ValueSet::Shape::below);
}

constexpr std::size_t max_list_comparisons = 4'000'000;  // longer lists count as "cannot tell"

}  // namespace

bool is_boolean(const Expr& expr) {
  return !expr.string && (expr.text == "true" || expr.text == "false");
}

bool holds_value(const ValueSet& set, const Expr& value) {
  const auto among = [&](auto test) {
    return std::any_of(set.values.begin(), set.values.end(),
                       [&](const Expr& other) { return test(value, other); });
  };
  switch (set.shape) {
    case ValueSet::Shape::only:
      return among(surely_equal);
    case ValueSet::Shape::all_but:
      return std::all_of(set.values.begin(), set.values.end(),
                         [&](const Expr& other) { return surely_different(value, other); });
    default:
      break;
  }
  const auto order = compare(value, set.values.front());
  if (!order) return false;
  if (*order == 0) return set.inclusive;
  return (*order < 0) == (set.shape == ValueSet::Shape::below);
}

bool subset(const ValueSet& a, const ValueSet& b) {
  using Shape = ValueSet::Shape;
  if (a.values.size() * b.values.size() > max_list_comparisons) return false;
  const auto every = [](const std::vector<Expr>& values, auto test) {
    return std::all_of(values.begin(), values.end(), test);
  };
  if (a.shape == Shape::only)
    return every(a.values, [&](const Expr& value) { return holds_value(b, value); });
  if (b.shape == Shape::all_but)
    return every(b.values, [&](const Expr& value) { return lacks_value(a, value); });
  if (a.shape != b.shape) return false;
  const auto order = compare(a.values.front(), b.values.front());
  if (!order) return false;
  if (*order == 0) return b.inclusive || !a.inclusive;
  return (*order < 0) == (a.shape == Shape::below);
}

ValueSet complement(ValueSet set) {
  using Shape = ValueSet::Shape;
  if (set.shape == Shape::only && set.values.size() == 1 && is_boolean(set.values.front())) {
    set.values.front() = make_boolean(set.values.front().text == "false");
    return set;
  }
  switch (set.shape) {
    case Shape::only:
      set.shape = Shape::all_but;
      break;
    case Shape::all_but:
      set.shape = Shape::only;
      break;
    case Shape::below:
      set.shape = Shape::above;
      break;
    case Shape::above:
      set.shape = Shape::below;
      break;
  }
  set.inclusive = !set.inclusive;
  return set;
}

}  // namespace backout::sql
