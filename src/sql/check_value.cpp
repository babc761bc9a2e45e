// See check_value.h. Scalars are NULL, a constant, or something else; built-in functions and
// operators are taken for strict, as nearly all are, except the few that are known to answer for
// NULL.
#include "sql/check_value.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>

namespace backout::sql {
namespace {

using Kind = Expr::Kind;
using Columns = std::function<Known(std::string_view)>;

struct Scalar {
  enum class Kind : std::uint8_t { unknown, null, constant } kind = Kind::unknown;
  const Expr* constant = nullptr;
};

Scalar scalar(const Expr& expr, const Columns& columns);
CheckValue truth(const Expr& expr, const Columns& columns);

bool not_strict(std::string_view function) {
  static constexpr std::string_view names[] = {"num_nulls",
                                               "num_nonnulls",
                                               "concat",
                                               "concat_ws",
                                               "format",
                                               "quote_nullable",
                                               "jsonb_build_object",
                                               "json_build_object",
                                               "jsonb_build_array",
                                               "json_build_array",
                                               "array_append",
                                               "array_cat",
                                               "array_prepend",
                                               "greatest",
                                               "least"};
  if (function.starts_with("pg_catalog.")) function.remove_prefix(11);
  return std::find(std::begin(names), std::end(names), function) != std::end(names);
}

Scalar strict(const Expr& expr, const Columns& columns) {
  for (const Expr& arg : expr.args)
    if (scalar(arg, columns).kind == Scalar::Kind::null) return {Scalar::Kind::null};
  return {};
}

Scalar scalar(const Expr& expr, const Columns& columns) {
  switch (expr.kind) {
    case Kind::null:
      return {Scalar::Kind::null};
    case Kind::constant:
      return {Scalar::Kind::constant, &expr};
    case Kind::column: {
      const Known known = columns(expr.text);
      if (known.kind == Known::Kind::null) return {Scalar::Kind::null};
      if (known.kind == Known::Kind::nothing) return {};
      return scalar(*known.expression, [](std::string_view) { return Known{}; });
    }
    case Kind::cast:
      return expr.args.empty() ? Scalar{} : scalar(expr.args[0], columns);
    case Kind::coalesce:
      for (const Expr& arg : expr.args) {
        const Scalar value = scalar(arg, columns);
        if (value.kind != Scalar::Kind::null) return value;
      }
      return {Scalar::Kind::null};
    case Kind::op:
      return strict(expr, columns);
    case Kind::function:
      return not_strict(expr.text) ? Scalar{} : strict(expr, columns);
    default:
      return {};
  }
}

std::optional<double> number(const Expr& constant) {
  char* end = nullptr;
  const double value = std::strtod(constant.text.c_str(), &end);
  if (end == constant.text.c_str() || *end != '\0') return std::nullopt;
  return value;
}

CheckValue of(bool value) { return value ? CheckValue::yes : CheckValue::no; }

CheckValue compare(std::string_view op, const Scalar& a, const Scalar& b) {
  if (a.kind == Scalar::Kind::null || b.kind == Scalar::Kind::null) return CheckValue::null;
  if (a.kind != Scalar::Kind::constant || b.kind != Scalar::Kind::constant)
    return CheckValue::unknown;
  const auto x = number(*a.constant), y = number(*b.constant);
  const bool numbers = x && y;
  const bool equal = numbers ? !(*x < *y) && !(*y < *x) : a.constant->text == b.constant->text;
  if (op == "=") return of(equal);
  if (op == "<>" || op == "!=") return of(!equal);
  if (!numbers) return CheckValue::unknown;
  if (op == "<") return of(*x < *y);
  if (op == "<=") return of(*x <= *y);
  if (op == ">") return of(*x > *y);
  if (op == ">=") return of(*x >= *y);
  return CheckValue::unknown;
}

// AND stops at no, OR at yes; without a stop NULL and "cannot tell" remain, the latter stronger.
CheckValue combine(const Expr& expr, const Columns& columns, CheckValue stop) {
  bool null = false, unknown = false;
  for (const Expr& arg : expr.args) {
    const CheckValue value = truth(arg, columns);
    if (value == stop) return stop;
    null |= value == CheckValue::null;
    unknown |= value == CheckValue::unknown;
  }
  if (unknown) return CheckValue::unknown;
  if (null) return CheckValue::null;
  return stop == CheckValue::no ? CheckValue::yes : CheckValue::no;
}

CheckValue negate(CheckValue value) {
  if (value == CheckValue::yes) return CheckValue::no;
  return value == CheckValue::no ? CheckValue::yes : value;
}

CheckValue in_list(const Expr& expr, const Columns& columns) {
  const Scalar value = scalar(expr.args[0], columns);
  bool null = false, unknown = false;
  for (std::size_t i = 1; i < expr.args.size(); ++i) {
    const CheckValue equal = compare("=", value, scalar(expr.args[i], columns));
    if (equal == CheckValue::yes) return CheckValue::yes;
    null |= equal == CheckValue::null;
    unknown |= equal == CheckValue::unknown;
  }
  if (unknown) return CheckValue::unknown;
  return null ? CheckValue::null : CheckValue::no;
}

CheckValue truth(const Expr& expr, const Columns& columns) {
  const auto arg = [&](std::size_t i) { return scalar(expr.args[i], columns); };
  const std::size_t count = expr.args.size();
  switch (expr.kind) {
    case Kind::and_:
      return combine(expr, columns, CheckValue::no);
    case Kind::or_:
      return combine(expr, columns, CheckValue::yes);
    case Kind::not_:
      return count == 1 ? negate(truth(expr.args[0], columns)) : CheckValue::unknown;
    case Kind::is_null:
    case Kind::is_not_null: {
      if (count != 1) return CheckValue::unknown;
      // `(a > 1) IS NOT NULL` asks about a condition, the rest about a value.
      const CheckValue condition = truth(expr.args[0], columns);
      const Scalar::Kind kind = arg(0).kind;
      if (kind == Scalar::Kind::null || condition == CheckValue::null)
        return of(expr.kind == Kind::is_null);
      if (kind == Scalar::Kind::constant || condition != CheckValue::unknown)
        return of(expr.kind == Kind::is_not_null);
      return CheckValue::unknown;
    }
    case Kind::is_true:
    case Kind::is_false:
    case Kind::is_unknown: {
      const CheckValue value = count == 1 ? truth(expr.args[0], columns) : CheckValue::unknown;
      if (value == CheckValue::unknown) return value;
      return of(value == (expr.kind == Kind::is_true    ? CheckValue::yes
                          : expr.kind == Kind::is_false ? CheckValue::no
                                                        : CheckValue::null));
    }
    case Kind::in_list:
      return count >= 1 ? in_list(expr, columns) : CheckValue::unknown;
    case Kind::op:
      if (count == 2) return compare(expr.text, arg(0), arg(1));
      return scalar(expr, columns).kind == Scalar::Kind::null ? CheckValue::null
                                                              : CheckValue::unknown;
    default: {
      const Scalar value = scalar(expr, columns);
      if (value.kind == Scalar::Kind::null) return CheckValue::null;
      if (value.kind != Scalar::Kind::constant) return CheckValue::unknown;
      const std::string& text = value.constant->text;
      return text == "true" || text == "t"    ? CheckValue::yes
             : text == "false" || text == "f" ? CheckValue::no
                                              : CheckValue::unknown;
    }
  }
}

}  // namespace

CheckValue check_value(const Expr& check, const std::function<Known(std::string_view)>& column) {
  return truth(check, column);
}

}  // namespace backout::sql
