#include "expr/quoted.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "expr/unicode.h"
#include "report/escape.h"

namespace backout::expr {
namespace {

// `digits` as a number of `base`; nothing: other characters.
bool read_digits(std::string_view digits, int base, char32_t& value) {
  std::uint32_t number = 0;
  const char* const last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, number, base);
  value = number;
  return error == std::errc() && end == last;
}

struct Escape {
  bool valid = false;
  std::size_t length = 2;  // with the backslash
  char32_t value = 0;
};

// `text` begins with a backslash.
Escape read_escape(std::string_view text, char quote, bool bytes, Engine engine) {
  Escape escape;
  if (text.size() < 2) return escape;
  const char c = text[1];
  constexpr std::string_view letters = "abfnrtv\\";
  constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\";
  if (const std::size_t at = letters.find(c); at != std::string_view::npos) {
    escape = {true, 2, static_cast<unsigned char>(meanings[at])};
  } else if (c == quote) {
    escape = {true, 2, static_cast<unsigned char>(quote)};
  } else if (c >= '0' && c <= '3') {
    escape.length = 4;
    escape.valid = text.size() >= 4 && read_digits(text.substr(1, 3), 8, escape.value);
  } else if (c == 'u' && text.size() > 2 && text[2] == '{' && modern(engine) && !bytes) {
    const std::size_t close = text.find('}');
    if (close > 9) return escape;  // six digits at most, or none at all
    escape.length = close + 1;
    escape.valid = read_digits(text.substr(3, close - 3), 16, escape.value);
  } else {
    const std::size_t digits = c == 'x' ? 2 : bytes ? 0 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    escape.length = digits + 2;
    escape.valid = digits > 0 && text.size() >= escape.length &&
                   read_digits(text.substr(2, digits), 16, escape.value);
  }
  if (escape.value > (bytes ? 0xff : 0x10ffff)) escape.valid = false;
  return escape;
}

}  // namespace

Quoted read_quoted(std::string_view text, bool bytes, Engine engine) {
  const char quote = text.front();
  Quoted result;
  std::size_t at = 1;
  while (at < text.size() && text[at] != quote) {
    if (text[at] == '\n') break;
    if (text[at] == '\r') {  // counts as a line feed
      result.value += '\n';
      ++at;
    } else if (text[at] == '\\') {
      const Escape escape = read_escape(text.substr(at), quote, bytes, engine);
      if (!escape.valid) {
        result.wrong = std::min<std::size_t>(2, text.size() - at);
        result.length = at + result.wrong;
        result.error =
            fmt::format("`{}` is no escape", report::visible(text.substr(at, result.wrong)));
        return result;
      }
      if (bytes)
        result.value += static_cast<char>(escape.value);
      else
        append_rune(result.value, escape.value);
      at += escape.length;
    } else {
      result.value += text[at++];
    }
  }
  const bool closed = at < text.size() && text[at] == quote;
  result.length = closed ? at + 1 : at;
  if (!closed) {
    result.error = "the text has no closing quote";
    result.wrong = at;
  }
  return result;
}

}  // namespace backout::expr
