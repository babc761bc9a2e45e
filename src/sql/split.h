// Where the statements of a script begin and end, and what must be known of each before the parser
// may see it: how deep its tree can get, whether placeholders or broken bytes are in it. Works on
// tokens alone, so no input can hurt it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/limits.h"
#include "core/source.h"

namespace backout::sql {

struct Piece {
  Span span;                  // from the first token to behind the last one, without the semicolon
  std::uint32_t nesting = 0;  // deepest brackets and CASEs
  std::uint32_t chain =
      0;  // bound on the depth of its tree: tokens of the expressions that are open at one place
  std::uint32_t longest_operator = 0;  // in bytes
  bool open_comment = false;           // ends in a comment without an end
  bool placeholder = false;            // holds one
  bool control = false;      // holds a template's control block or include: its text is not known
  bool alternative = false;  // between {{ if }} and {{ end }} or \if and \endif: may not be there
};

struct Split {
  std::vector<Piece> pieces;       // in order
  std::vector<Span> comments;      // in order
  std::vector<Span> placeholders;  // to be filled, in order
  // To be blanked: meta-commands, COPY data, control blocks between statements, and block comments,
  // for which the parser needs time quadratic in their number when they touch.
  std::vector<Span> holes;
  bool stepped_over = false;  // meta-commands or COPY data among the holes
  bool too_many = false;  // stopped at Limits::statements; the last piece is the rest of the text
};

[[nodiscard]] Split split(std::string_view text, Span range, bool placeholders, bool psql,
                          const Limits& limits);

}  // namespace backout::sql
