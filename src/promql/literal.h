// Values of numbers, durations and strings as Prometheus reads them: strconv with base 0 for
// numbers, model.ParseDuration, strutil.Unquote.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace backout::promql {

// Decimal, hexadecimal, octal behind a leading 0 (when all digits are), inf and nan in any letter
// case. Nothing when it is no number or out of range.
[[nodiscard]] std::optional<double> number_value(std::string_view text);

// Milliseconds. Units y w d h m s ms in this order, each at most once; a year has 365 days. Nothing
// when it is none or longer than 292 years; zero is a value here.
[[nodiscard]] std::optional<std::int64_t> duration_value(std::string_view text);

// The shortest duration in that form ("1h30m").
[[nodiscard]] std::string duration_text(std::int64_t milliseconds);

// The bytes that a string token with valid escapes stands for. Bytes of placeholders stay.
[[nodiscard]] std::string string_value(std::string_view token);
// In double quotes, with the escapes that it needs.
[[nodiscard]] std::string quoted(std::string_view value);

// Shortest decimal text that reads back as the same number; NaN, +Inf, -Inf as Prometheus prints.
[[nodiscard]] std::string number_text(double value);

}  // namespace backout::promql
