// Text in a given number of cells of a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "report/style.h"

namespace backout::report {

// `text` made visible (report/escape.h), on one line, its end left out when it takes more than
// `cells`. `mark`: what stands there then, as `…`.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t cells, std::string_view mark);
// The same, filled up with blanks.
[[nodiscard]] std::string padded(std::string_view text, std::size_t cells, std::string_view mark);

// Columns as wide as they need to be, the first row faint; a line is cut after `width`
// cells (0: not). The cells' text is made visible.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows,
                                std::string_view indent, std::size_t width, const Style& style);

}  // namespace backout::report
