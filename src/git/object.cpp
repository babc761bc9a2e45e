// Hexadecimal in and out.
#include "git/object.h"

#include <algorithm>

namespace backout::git {

std::string hex(const Oid& oid) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * oid.bytes.size());
  for (unsigned char byte : oid.bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string short_hex(const Oid& oid) { return hex(oid).substr(0, 12); }

std::optional<Oid> parse_oid(std::string_view digits) {
  Oid oid;
  if (digits.size() != 2 * oid.bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    char c = digits[i];
    int value = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    if (value < 0) return std::nullopt;
    unsigned char& byte = oid.bytes[i / 2];
    byte = static_cast<unsigned char>(byte * 16 + value);
  }
  return oid;
}

bool is_zero(const Oid& oid) {
  return std::all_of(oid.bytes.begin(), oid.bytes.end(),
                     [](unsigned char byte) { return byte == 0; });
}

}  // namespace backout::git
