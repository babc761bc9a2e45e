// The lines of a file that a finding is about, with carets below them. Columns are counted in
// screen cells, tabs are expanded, a long line is shown through a window around the place, a long
// statement is cut. The cost depends on what is shown, never on the length of the line or file.
#pragma once

#include <cstddef>
#include <string>

#include "core/finding.h"
#include "core/source.h"
#include "report/style.h"

namespace backout::report {

struct ExcerptOptions {
  const Style& style;
  std::string_view caret_color;
  std::size_t cells;  // most cells of a line
};

// Digits of the largest line number that the excerpt of a finding shows: the width of its left
// margin.
[[nodiscard]] std::size_t margin(const LineIndex& lines, const Finding& finding);
void append_excerpt(std::string& out, const LineIndex& lines, const Finding& finding,
                    const ExcerptOptions& options);

}  // namespace backout::report
