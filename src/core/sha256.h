// SHA-256 (FIPS 180-4): what binds an approval to the bytes it was given for.
#pragma once

#include <string>
#include <string_view>

namespace backout {

[[nodiscard]] std::string sha256(std::string_view bytes);  // 64 hexadecimal digits, lower case

}  // namespace backout
