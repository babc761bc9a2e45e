// Colours by their meaning. Plain text is the same with every string empty.
#pragma once

#include <string_view>

#include "core/finding.h"

namespace backout::report {

struct Style {
  std::string_view reset, strong, faint, error, warning, note, good, keyword, literal;
  [[nodiscard]] std::string_view of(Severity severity) const {
    return severity == Severity::error ? error : severity == Severity::warning ? warning : note;
  }
};

inline constexpr Style plain_style{};
// The eight basic colours: they follow the reader's theme.
inline constexpr Style color_style{"\x1b[0m",    "\x1b[1m",    "\x1b[2m",
                                   "\x1b[1;31m", "\x1b[1;33m", "\x1b[1;36m",
                                   "\x1b[1;32m", "\x1b[34m",   "\x1b[32m"};
[[nodiscard]] constexpr const Style& style(bool color) { return color ? color_style : plain_style; }

}  // namespace backout::report
