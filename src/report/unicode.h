// The little of Unicode that a report needs: decoding, which characters cannot be seen or reorder
// their surroundings, and how many cells one takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace backout::report {

struct Scalar {
  char32_t value;       // the byte itself when it does not begin valid UTF-8
  std::uint32_t bytes;  // 1 then
  bool valid;
};
// The character at `offset`, which lies inside `text`.
[[nodiscard]] Scalar decode(std::string_view text, std::size_t offset);

// Controls, bidirectional formatting, zero-width characters, fillers that show as nothing.
[[nodiscard]] bool is_hidden(char32_t value);

// Cells on a terminal: 0 for combining marks, 2 for wide East Asian characters and emoji, else 1.
// Unlike wcwidth() not a matter of the locale.
[[nodiscard]] std::uint32_t cell_width(char32_t value);

}  // namespace backout::report
