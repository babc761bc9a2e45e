#include "report/fit.h"

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

}  // namespace backout::report
