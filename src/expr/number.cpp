#include "expr/number.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "expr/unicode.h"

namespace backout::expr {

std::optional<std::int64_t> read_integer(std::string_view text, int base) {
  // from_chars takes `-` but not `+`.
  if (text.starts_with('+') && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> read_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  std::string_view digits = text.substr(negative || text.starts_with('+') ? 1 : 0);
  const std::string lower = to_lower(digits);
  double value = 0;
  if (lower == "inf" || lower == "infinity") {
    value = std::numeric_limits<double>::infinity();
  } else if (lower == "nan") {
    value = std::numeric_limits<double>::quiet_NaN();
  } else {
    const bool hex = lower.starts_with("0x");
    if (hex && lower.find('p') == std::string::npos) return std::nullopt;
    if (lower.empty() || lower.find_first_of("0123456789abcdef.") != 0) return std::nullopt;
    if (hex) digits.remove_prefix(2);
    const char* const last = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(
        digits.data(), last, value, hex ? std::chars_format::hex : std::chars_format::general);
    if (end != last || error == std::errc::invalid_argument) return std::nullopt;
    if (error == std::errc::result_out_of_range) {  // too large, or so small that it is 0
      value = std::strtod(std::string(text.substr(negative ? 1 : 0)).c_str(), nullptr);
      if (std::isinf(value)) return std::nullopt;
    }
  }
  return negative ? -value : value;
}

std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char buffer[400];
  const double size = std::fabs(value);
  const bool scientific = size != 0 && (size < 1e-4 || size >= 1e21);
  const auto [end, error] =
      std::to_chars(buffer, buffer + sizeof buffer, value,
                    scientific ? std::chars_format::scientific : std::chars_format::fixed);
  return error == std::errc() ? std::string(buffer, end) : std::string();
}

std::int64_t truncated(double value) {
  constexpr double limit = 9223372036854775808.0;  // 2^63
  if (!(value >= -limit && value < limit)) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

}  // namespace backout::expr
