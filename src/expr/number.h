// Numbers as Go's strconv reads and fmt prints them, and Go's conversions between the two kinds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace backout::expr {

// An optional sign and digits of `base` (2, 8, 10, 16, without a prefix). Nothing: other
// characters, or it does not fit into 64 bits.
[[nodiscard]] std::optional<std::int64_t> read_integer(std::string_view text, int base = 10);
// What strconv.ParseFloat takes: "1", ".5", "1e3", "+Inf", "nan", "0x1p-2". Nothing: anything else,
// or it is too large; what is too small is 0.
[[nodiscard]] std::optional<double> read_number(std::string_view text);

// Shortest text that reads back as the same number, with an exponent below 1e-4 and from 1e21 on.
[[nodiscard]] std::string number_text(double value);

// Towards zero. What does not fit is the smallest integer, as on amd64.
[[nodiscard]] std::int64_t truncated(double value);

// Arithmetic that wraps around instead of overflowing.
[[nodiscard]] constexpr std::int64_t wrapped(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}
[[nodiscard]] constexpr std::int64_t sum_of(std::int64_t a, std::int64_t b) {
  return wrapped(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
[[nodiscard]] constexpr std::int64_t difference_of(std::int64_t a, std::int64_t b) {
  return wrapped(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
[[nodiscard]] constexpr std::int64_t product_of(std::int64_t a, std::int64_t b) {
  return wrapped(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}
// `b` is not 0.
[[nodiscard]] constexpr std::int64_t remainder_of(std::int64_t a, std::int64_t b) {
  return b == -1 ? 0 : a % b;
}

}  // namespace backout::expr
