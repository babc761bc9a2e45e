// Names of git objects.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace backout::git {

struct Oid {
  std::array<unsigned char, 20> bytes{};

  friend bool operator==(const Oid&, const Oid&) = default;
};

std::string hex(const Oid& oid);                        // 40 digits
std::string short_hex(const Oid& oid);                  // 12 digits, for messages
std::optional<Oid> parse_oid(std::string_view digits);  // exactly 40 hexadecimal digits
bool is_zero(const Oid& oid);                           // git's "no such object"

}  // namespace backout::git
