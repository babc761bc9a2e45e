#include "expr/base64.h"

#include <cstdint>

namespace backout::expr {
namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string encode_base64(std::string_view bytes) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      out += at + i <= bytes.size() ? digits[(group >> (18 - 6 * i)) & 63U] : '=';
  }
  return out;
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string clean;
  for (const char c : text)
    if (c != '\n' && c != '\r') clean += c;
  if (clean.size() % 4 != 0) return std::nullopt;
  std::string out;
  for (std::size_t at = 0; at < clean.size(); at += 4) {
    std::uint32_t group = 0;
    std::size_t count = 0;  // digits before the padding
    for (std::size_t i = 0; i < 4; ++i) {
      const std::size_t digit = digits.find(clean[at + i]);
      const bool padding = clean[at + i] == '=' && at + 4 == clean.size() && i >= 2;
      if (digit == std::string_view::npos ? !padding : count != i) return std::nullopt;
      group = group << 6 | (padding ? 0U : static_cast<std::uint32_t>(digit));
      if (!padding) ++count;
    }
    for (std::size_t i = 0; i + 1 < count; ++i) out += static_cast<char>(group >> (16 - 8 * i));
  }
  return out;
}

}  // namespace backout::expr
