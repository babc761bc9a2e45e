#include "promql/literal.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "promql/lexer.h"

namespace backout::promql {
namespace {

bool all_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

template <class Number, class... Base>
std::optional<Number> read(std::string_view text, Base... base) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base...);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};
constexpr std::int64_t day = 86'400'000;
constexpr Unit units[] = {{"y", 365 * day}, {"w", 7 * day}, {"d", day}, {"h", 3'600'000},
                          {"m", 60'000},    {"s", 1'000},   {"ms", 1}};
constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max() / 1'000'000;

void append_utf8(std::string& out, std::uint32_t code) {
  const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) {
    byte(0xC0U | (code >> 6U));
  } else {
    if (code < 0x10000) {
      byte(0xE0U | (code >> 12U));
    } else {
      byte(0xF0U | (code >> 18U));
      byte(0x80U | ((code >> 12U) & 0x3FU));
    }
    byte(0x80U | ((code >> 6U) & 0x3FU));
  }
  byte(0x80U | (code & 0x3FU));
}

}  // namespace

std::optional<double> number_value(std::string_view text) {
  if (is_keyword(text, "nan")) return std::numeric_limits<double>::quiet_NaN();
  if (is_keyword(text, "inf")) return std::numeric_limits<double>::infinity();
  if (text.size() > 1 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    const auto value = read<std::int64_t>(text.substr(2), 16);
    return value && text[2] != '-' ? std::optional(static_cast<double>(*value)) : std::nullopt;
  }
  if (text.size() > 1 && text[0] == '0' && all_of(text, "01234567"))
    if (const auto value = read<std::int64_t>(text, 8)) return static_cast<double>(*value);
  if (text.empty() || !all_of(text.substr(0, 1), "0123456789.")) return std::nullopt;
  const auto value = read<double>(text, std::chars_format::general);
  // Too small is zero for Go, and out of range for from_chars.
  if (!value && text.find_first_of("123456789") != std::string_view::npos) {
    const std::size_t exponent = text.find_first_of("eE");
    if (exponent != std::string_view::npos && text.substr(exponent + 1).starts_with('-') &&
        all_of(text.substr(exponent + 2), "0123456789"))
      return 0.0;
  }
  return value;
}

std::optional<std::int64_t> duration_value(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  std::size_t next_unit = 0;
  while (!text.empty()) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto count = read<std::int64_t>(text.substr(0, digits));
    if (!count) return std::nullopt;
    text.remove_prefix(digits);
    const std::string_view name =
        text.substr(0, std::min(text.find_first_of("0123456789"), text.size()));
    const auto* const unit = std::find_if(units + next_unit, std::end(units),
                                          [&](const Unit& each) { return each.name == name; });
    if (unit == std::end(units) || *count > longest / unit->milliseconds) return std::nullopt;
    total += *count * unit->milliseconds;
    if (total > longest) return std::nullopt;
    next_unit = static_cast<std::size_t>(unit - units) + 1;
    text.remove_prefix(name.size());
  }
  return total;
}

std::string duration_text(std::int64_t milliseconds) {
  if (milliseconds < 0) return "-" + duration_text(-milliseconds);
  std::string out;
  for (const Unit& unit : units) {
    // Weeks and years only when nothing is left, as Prometheus prints them.
    if (unit.milliseconds > day && milliseconds % unit.milliseconds != 0) continue;
    if (milliseconds < unit.milliseconds) continue;
    out += fmt::format("{}{}", milliseconds / unit.milliseconds, unit.name);
    milliseconds %= unit.milliseconds;
  }
  return out.empty() ? "0s" : out;
}

std::string string_value(std::string_view token) {
  const char quote = token[0];
  std::string_view text = token.substr(1, token.size() - 2);
  if (quote == '`') return std::string(text);
  std::string out;
  while (!text.empty()) {
    if (text.starts_with("{{")) {
      const std::size_t close = text.find("}}");
      if (close != std::string_view::npos) {
        out += text.substr(0, close + 2);
        text.remove_prefix(close + 2);
        continue;
      }
    }
    if (text[0] != '\\') {
      out += text[0];
      text.remove_prefix(1);
      continue;
    }
    constexpr std::string_view letters = "abfnrtv";
    constexpr std::string_view meanings = "\a\b\f\n\r\t\v";
    const char kind = text[1];
    if (const std::size_t at = letters.find(kind); at != std::string_view::npos) {
      out += meanings[at];
      text.remove_prefix(2);
      continue;
    }
    const bool octal = kind >= '0' && kind <= '7';
    const std::size_t skip = octal ? 1 : 2;
    const std::size_t digits = octal ? 3 : kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
    if (digits == 0) {
      out += kind;
    } else {
      const std::uint32_t code =
          read<std::uint32_t>(text.substr(skip, digits), octal ? 8 : 16).value_or(0);
      if (octal || kind == 'x') {
        out += static_cast<char>(code);
      } else {
        append_utf8(out, code);
      }
    }
    text.remove_prefix(std::min(skip + digits, text.size()));
  }
  return out;
}

std::string quoted(std::string_view value) {
  std::string out = "\"";
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value.substr(i).starts_with("{{")) {
      const std::size_t close = value.find("}}", i);
      if (close != std::string_view::npos) {
        out += value.substr(i, close + 2 - i);
        i = close + 1;
        continue;
      }
    }
    const char c = value[i];
    if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7F) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  if (value == 0) return "0";
  return fmt::format("{}", value);
}

}  // namespace backout::promql
