// One character of UTF-8 at a time, for text that may be anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace backout {

struct Scalar {
  char32_t value;       // the byte itself when it does not begin valid UTF-8
  std::uint32_t bytes;  // 1 then
  bool valid;
};
// The character at `offset`, which lies inside `text`.
[[nodiscard]] Scalar decode(std::string_view text, std::size_t offset);

}  // namespace backout
