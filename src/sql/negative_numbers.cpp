// Looks for integers without a value in the JSON text. Constants carry the location of their sign;
// options of sequences (INCREMENT BY -1) that of their first word.
#include "sql/negative_numbers.h"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace backout::sql {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '('; }

// Past blanks, opening brackets and comments.
std::size_t past_blanks(std::string_view sql, std::size_t at) {
  while (at < sql.size()) {
    if (is_blank(sql[at])) {
      ++at;
    } else if (sql.substr(at, 2) == "--") {
      at = std::min(sql.find('\n', at), sql.size());
    } else if (sql.substr(at, 2) == "/*") {
      std::size_t depth = 0;
      do {
        const std::string_view two = sql.substr(at, 2);
        if (two == "/*") ++depth;
        if (two == "*/") --depth;
        at += two == "/*" || two == "*/" ? 2 : 1;
      } while (depth > 0 && at < sql.size());
    } else {
      break;
    }
  }
  return at;
}

// A minus with a number or a comment behind it, anywhere, string or not: cheap, and most texts have
// none.
bool may_have_one(std::string_view sql) {
  for (std::size_t at = sql.find('-'); at != std::string_view::npos; at = sql.find('-', at + 1)) {
    std::size_t next = at + 1;
    while (next < sql.size() && is_blank(sql[next])) ++next;
    const std::string_view two = sql.substr(next, 2);
    const bool is_comment = two == "/*" || (two == "--" && next > at + 1);
    if (is_comment || (!two.empty() && is_digit(two.front()))) return true;
  }
  return false;
}

// The digits behind the minus at `at`; empty when there is no minus.
std::string_view digits_after_minus(std::string_view sql, std::size_t at) {
  if (at >= sql.size() || sql[at] != '-') return {};
  at = past_blanks(sql, at + 1);
  std::size_t end = at;
  while (end < sql.size() && is_digit(sql[end])) ++end;
  return sql.substr(at, end - at);
}

// Past the words of an option: INCREMENT BY, START WITH.
std::size_t past_words(std::string_view sql, std::size_t at) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  for (at = past_blanks(sql, at); at < sql.size() && (is_letter(sql[at]) || sql[at] == '=');)
    at = past_blanks(sql, at + 1);
  return at;
}

// The location that follows `middle` at `at`; npos when something else does.
std::size_t location_behind(std::string_view json, std::size_t at, std::string_view middle) {
  constexpr std::string_view key = ",\"location\":";
  std::size_t location = std::string_view::npos;
  if (json.substr(at, middle.size()) != middle) return location;
  at += middle.size();
  if (json.substr(at, key.size()) == key)
    std::from_chars(json.data() + at + key.size(), json.data() + json.size(), location);
  return location;
}

}  // namespace

std::optional<std::string> with_negative_numbers(std::string_view json, std::string_view sql) {
  if (!may_have_one(sql)) return std::nullopt;
  constexpr std::string_view empty = "\":{}";
  std::string result;
  std::size_t copied = 0;
  for (std::size_t at = json.find(empty); at != std::string_view::npos;
       at = json.find(empty, at + empty.size())) {
    const std::string_view before = json.substr(0, at);
    const std::size_t behind = at + empty.size();
    std::string_view digits;
    if (before.ends_with("\"ival")) {
      digits = digits_after_minus(sql, location_behind(json, behind, ""));
    } else if (before.ends_with("\"Integer")) {
      constexpr std::string_view middle = "},\"defaction\":\"DEFELEM_UNSPEC\"";
      digits = digits_after_minus(sql, past_words(sql, location_behind(json, behind, middle)));
    }
    if (digits.empty()) continue;
    result.append(json.substr(copied, behind - 1 - copied)).append("\"ival\":-").append(digits);
    copied = behind - 1;
  }
  if (copied == 0) return std::nullopt;
  result.append(json.substr(copied));
  return result;
}

}  // namespace backout::sql
