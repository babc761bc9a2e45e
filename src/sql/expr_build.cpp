// Canonical construction of expressions, see expr_build.h.
#include "sql/expr_build.h"

#include <optional>
#include <utility>

namespace backout::sql {
namespace {

using Kind = Expr::Kind;

bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

// The spellings PostgreSQL takes for a boolean literal, prefixes included.
std::optional<bool> boolean_literal(std::string_view text) {
  std::string lower;
  for (const char c : text) {
    if (c == ' ') continue;
    lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  const auto prefix_of = [&](std::string_view word) {
    return !lower.empty() && word.starts_with(lower);
  };
  if (prefix_of("true") || prefix_of("yes") || lower == "on" || lower == "1") return true;
  if (prefix_of("false") || prefix_of("no") || lower == "of" || lower == "off" || lower == "0")
    return false;
  return std::nullopt;
}

// A cast of this number to this type leaves it as it is.
bool keeps_number(const Type& type, std::string_view text) {
  if (!is_number(text) || !is_numeric(type) || type.name.name == "real") return false;
  return type.name.name == "numeric" || type.name.name == "double precision" ||
         text.find_first_of(".eE") == std::string_view::npos;
}

// Elements of an array literal without quotes, escapes, nesting or NULL; nothing when it has any.
std::optional<std::vector<Expr>> array_literal(std::string_view text, bool numbers) {
  if (text.size() < 3 || text.front() != '{' || text.back() != '}') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  if (text.find_first_of("{}\"\\") != std::string_view::npos) return std::nullopt;
  std::vector<Expr> elements;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    std::string_view element = text.substr(begin, end - begin);
    while (!element.empty() && element.front() == ' ') element.remove_prefix(1);
    while (!element.empty() && element.back() == ' ') element.remove_suffix(1);
    if (element.empty() || element == "NULL" || element == "null") return std::nullopt;
    elements.push_back(numbers && is_number(element) ? make_number(element) : make_string(element));
    begin = end + 1;
  }
  return elements;
}

}  // namespace

Expr make_expr(Kind kind, std::string text, std::vector<Expr> args) {
  return {kind, false, std::move(text), std::move(args)};
}
Expr make_string(std::string_view text) { return {Kind::constant, true, std::string(text), {}}; }
Expr make_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  return {Kind::constant, false, std::string(text), {}};
}
Expr make_boolean(bool value) { return {Kind::constant, false, value ? "true" : "false", {}}; }

Expr make_and_or(Kind kind, std::vector<Expr> args) {
  Expr result = make_expr(kind, {});
  result.args.reserve(args.size());
  for (Expr& arg : args) {
    if (arg.kind == kind)
      for (Expr& inner : arg.args) result.args.push_back(std::move(inner));
    else
      result.args.push_back(std::move(arg));
  }
  return result;
}

Expr make_not(Expr arg) {
  switch (arg.kind) {
    case Kind::not_:
      return Expr(std::move(arg.args.front()));
    case Kind::is_null:
      arg.kind = Kind::is_not_null;
      return arg;
    case Kind::is_not_null:
      arg.kind = Kind::is_null;
      return arg;
    default:
      break;
  }
  Expr result = make_expr(Kind::not_, {});
  result.args.push_back(std::move(arg));
  return result;
}

Expr make_op(std::string text, Expr left, Expr right) {
  if (text == "is distinct from" || text == "is not distinct from") {
    const bool negated = text != "is distinct from";
    if (left.kind == Kind::null) std::swap(left, right);
    Expr test = right.kind == Kind::null ? make_expr(Kind::is_not_null, {})
                                         : make_expr(Kind::op, "is distinct from");
    const bool null_test = test.kind == Kind::is_not_null;
    test.args.push_back(std::move(left));
    if (!null_test) test.args.push_back(std::move(right));
    return negated ? make_not(std::move(test)) : test;
  }
  const bool rows = left.kind == Kind::row && right.kind == Kind::row &&
                    left.args.size() == right.args.size() && !left.args.empty();
  if (rows && (text == "=" || text == "<>")) {
    std::vector<Expr> parts;
    for (std::size_t i = 0; i < left.args.size(); ++i)
      parts.push_back(make_op(text, std::move(left.args[i]), std::move(right.args[i])));
    if (parts.size() == 1) return Expr(std::move(parts.front()));
    return make_and_or(text == "=" ? Kind::and_ : Kind::or_, std::move(parts));
  }
  Expr result = make_expr(Kind::op, std::move(text));
  result.args.reserve(2);
  result.args.push_back(std::move(left));
  result.args.push_back(std::move(right));
  return result;
}

Expr make_in(Expr value, std::vector<Expr> list) {
  if (list.size() == 1) return make_op("=", std::move(value), std::move(list.front()));
  list.insert(list.begin(), std::move(value));
  return make_expr(Kind::in_list, {}, std::move(list));
}

Expr make_array_op(std::string_view op, bool all, Expr value, Expr array) {
  const bool in = op == "=" && !all;
  const bool not_in = op == "<>" && all;
  if (in || not_in) {
    std::optional<std::vector<Expr>> list;
    if (array.kind == Kind::array && !array.args.empty()) {
      list = std::move(array.args);
    } else if (array.kind == Kind::constant && array.string) {
      list = array_literal(array.text, false);
    } else if (array.kind == Kind::cast && array.args[0].kind == Kind::constant &&
               array.args[0].string) {
      list = array_literal(array.args[0].text,
                           true);  // make_cast keeps casts to numeric arrays for this
    }
    if (list) {
      if (not_in && list->size() == 1)
        return make_op("<>", std::move(value), std::move(list->front()));
      Expr result = make_in(std::move(value), std::move(*list));
      return not_in ? make_not(std::move(result)) : result;
    }
  }
  Expr call = make_expr(Kind::other, all ? "ALL" : "ANY");
  call.args.push_back(std::move(array));
  return make_op(std::string(op), std::move(value), std::move(call));
}

Expr make_cast(Expr arg, const Type& type) {
  const bool plain = type.modifiers.empty() && type.dimensions == 0;
  if (arg.kind == Kind::null) return arg;
  if (arg.kind == Kind::constant && arg.string) {
    if (plain && keeps_number(type, arg.text)) return make_number(arg.text);
    if (plain && type.name.schema.empty() && type.name.name == "boolean")
      if (const auto value = boolean_literal(arg.text)) return make_boolean(*value);
    Type element = type;
    element.dimensions = 0;
    const bool numbers = type.dimensions != 0 && is_numeric(element) && arg.text.size() > 2;
    if (type.modifiers.empty() && !numbers) return arg;
  } else if (arg.kind == Kind::constant) {
    if (plain && keeps_number(type, arg.text)) return arg;
    if (plain && type.name.schema.empty() && type.name.name == "boolean" && !is_number(arg.text))
      return arg;
  } else {
    // The server casts columns of text types to text, arrays of them to text[], and small numbers
    // to numeric or double precision beside such a value.
    Type element = type;
    element.dimensions = 0;
    if (type.modifiers.empty() && is_text_like(element) && (plain || arg.kind == Kind::array))
      return arg;
    if (plain && arg.kind == Kind::column && type.name.schema.empty() &&
        (type.name.name == "numeric" || type.name.name == "double precision"))
      return arg;
  }
  Expr result = make_expr(Kind::cast, to_string(type));
  result.args.push_back(std::move(arg));
  return result;
}

bool is_number(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t begin = at;
    while (at < text.size() && is_ascii_digit(text[at])) ++at;
    return at - begin;
  };
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  std::size_t count = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    count += digits();
  }
  if (count == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

}  // namespace backout::sql
