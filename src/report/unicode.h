// The little of Unicode that a report needs: which characters cannot be seen or reorder their
// surroundings, and how many cells one takes.
#pragma once

#include <cstdint>

namespace backout::report {

// Controls, bidirectional formatting, zero-width characters, fillers that show as nothing.
[[nodiscard]] bool is_hidden(char32_t value);

// Cells on a terminal: 0 for combining marks, 2 for wide East Asian characters and emoji, else 1.
// Unlike wcwidth() not a matter of the locale.
[[nodiscard]] std::uint32_t cell_width(char32_t value);

}  // namespace backout::report
