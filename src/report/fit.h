// Text in a given number of cells of a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace backout::report {

// `text` made visible (report/escape.h), on one line, its end left out when it takes more than
// `cells`. `mark`: what stands there then, as `…`.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t cells, std::string_view mark);
// The same, filled up with blanks.
[[nodiscard]] std::string padded(std::string_view text, std::size_t cells, std::string_view mark);

}  // namespace backout::report
