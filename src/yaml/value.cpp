#include "yaml/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

namespace backout::yaml {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<bool> boolean(std::string_view word) {
  constexpr std::string_view yes[] = {"y",    "Y",    "yes", "Yes", "YES", "true",
                                      "True", "TRUE", "on",  "On",  "ON"};
  constexpr std::string_view no[] = {"n",     "N",     "no",  "No",  "NO", "false",
                                     "False", "FALSE", "off", "Off", "OFF"};
  if (word.size() > 5) return std::nullopt;
  if (std::find(std::begin(yes), std::end(yes), word) != std::end(yes)) return true;
  if (std::find(std::begin(no), std::end(no), word) != std::end(no)) return false;
  return std::nullopt;
}

// [+-] digits [. digits] [e [+-] digits], with a digit on one side of the point.
bool looks_like_float(std::string_view text) {
  std::size_t at = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  const auto digits = [&] {
    const std::size_t begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - begin;
  };
  std::size_t count = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    count += digits();
  }
  if (count == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

struct Number {
  Type type;  // integer or number
  double value;
  std::optional<std::int64_t> whole;  // nothing: too large
};

// As Go's strconv.ParseInt with base 0: 0x, 0o, 0b, and a leading zero for octal.
std::optional<Number> integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int base = 10;
  if (text.size() > 1 && text.front() == '0') {
    const char mark = static_cast<char>(text[1] | 0x20);
    base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
    text.remove_prefix(mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
  }
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || stop != end || error == std::errc::invalid_argument) return std::nullopt;
  Number out{Type::integer, static_cast<double>(value), std::nullopt};
  if (error != std::errc()) out.value = std::numeric_limits<double>::infinity();
  if (negative) out.value = -out.value;
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (error == std::errc() && value <= most)
    out.whole = negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
  else if (error == std::errc() && negative && value == most + 1)
    out.whole = std::numeric_limits<std::int64_t>::min();
  return out;
}

std::optional<Number> number(std::string_view written) {
  if (written.empty()) return std::nullopt;
  const char first = written.front();
  if (!is_digit(first) && first != '+' && first != '-' && first != '.') return std::nullopt;
  std::string text(written);
  if (first != '.') {
    std::erase(text, '_');
    if (auto whole = integer(text)) return whole;
  }
  const std::string_view unsigned_text =
      std::string_view(text).substr(text.starts_with('+') || text.starts_with('-') ? 1 : 0);
  if (unsigned_text == ".inf" || unsigned_text == ".Inf" || unsigned_text == ".INF")
    return Number{Type::number, (first == '-' ? -1 : 1) * std::numeric_limits<double>::infinity(),
                  std::nullopt};
  if (text == ".nan" || text == ".NaN" || text == ".NAN")
    return Number{Type::number, std::numeric_limits<double>::quiet_NaN(), std::nullopt};
  if (!looks_like_float(text)) return std::nullopt;
  const char* const begin = text.data() + (text.front() == '+' ? 1 : 0);
  double value = 0;
  const auto [stop, error] = std::from_chars(begin, text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;  // 1e999 stays a string
  // JSON writes 1e3 and 5.0 as 1000 and 5.
  constexpr double exact = 9007199254740992.0;  // 2^53
  if (std::trunc(value) == value && std::abs(value) <= exact)
    return Number{Type::integer, value, static_cast<std::int64_t>(value)};
  return Number{Type::number, value, std::nullopt};
}

// Explicit tags decide; one that is unknown leaves the text as it is.
bool is_resolved(const Node& node) {
  return node.kind == Kind::scalar && node.style == Style::plain &&
         (node.tag.empty() || node.tag == "!!bool" || node.tag == "!!int" ||
          node.tag == "!!float" || node.tag == "!!timestamp");
}

}  // namespace

Type type_of(const Node& node) {
  switch (node.kind) {
    case Kind::null:
      return Type::null;
    case Kind::sequence:
      return Type::list;
    case Kind::map:
      return Type::object;
    case Kind::scalar:
      break;
  }
  if (!is_resolved(node)) return Type::string;
  if (boolean(node.text)) return Type::boolean;
  const auto found = number(node.text);
  return found ? found->type : Type::string;
}

std::string_view words(Type type) {
  constexpr std::string_view all[] = {"null",     "a boolean", "an integer", "a number",
                                      "a string", "a list",    "an object"};
  return all[static_cast<std::size_t>(type)];
}

std::optional<bool> as_bool(const Node& node) {
  return is_resolved(node) ? boolean(node.text) : std::nullopt;
}

std::optional<std::int64_t> as_int(const Node& node) {
  const auto found = is_resolved(node) ? number(node.text) : std::nullopt;
  return found ? found->whole : std::nullopt;
}

std::optional<double> as_number(const Node& node) {
  const auto found = is_resolved(node) ? number(node.text) : std::nullopt;
  return found ? std::optional(found->value) : std::nullopt;
}

std::optional<std::string_view> as_string(const Node& node) {
  return type_of(node) == Type::string ? std::optional(node.text) : std::nullopt;
}

}  // namespace backout::yaml
