#include "report/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "report/escape.h"

namespace backout::report {
namespace {

struct Fitted {
  std::string text;
  std::size_t cells = 0;
};

Fitted fit(std::string_view text, std::size_t cells, std::string_view mark) {
  const std::size_t mark_cells = mark == "…" ? 1 : mark.size();
  Fitted out;
  // The last place where the mark still fits behind.
  std::size_t room_bytes = 0, room_cells = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::string one;
    const Character character = append_character(one, text, at, out.cells);
    if (out.cells + character.cells > cells) {
      out.text.resize(room_bytes);
      out.cells = room_cells;
      if (mark_cells <= cells) {
        out.text += mark;
        out.cells += mark_cells;
      }
      return out;
    }
    out.text += one;
    out.cells += character.cells;
    if (out.cells + mark_cells <= cells) {
      room_bytes = out.text.size();
      room_cells = out.cells;
    }
    at += character.bytes;
  }
  return out;
}

}  // namespace

std::string fitted(std::string_view text, std::size_t cells, std::string_view mark) {
  return fit(text, cells, mark).text;
}

std::string padded(std::string_view text, std::size_t cells, std::string_view mark) {
  Fitted out = fit(text, cells, mark);
  out.text.append(cells - out.cells, ' ');
  return out.text;
}

std::string table(const std::vector<std::vector<std::string>>& rows, std::string_view indent,
                  std::size_t width, const Style& style) {
  constexpr std::size_t any = std::numeric_limits<std::size_t>::max() / 2;
  std::vector<std::size_t> widths;
  for (const std::vector<std::string>& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], fit(row[i], any, {}).cells);
  }
  std::string out;
  for (const std::vector<std::string>& row : rows) {
    std::string line(indent);
    for (std::size_t i = 0; i < row.size(); ++i) line += padded(row[i], widths[i], {}) + "  ";
    line.erase(line.find_last_not_of(' ') + 1);
    if (width > 0) line = fitted(line, width, {});
    const bool head = &row == rows.data();
    out += head ? fmt::format("{}{}{}\n", style.faint, line, style.reset) : line + '\n';
  }
  return out;
}

}  // namespace backout::report
