// From a file's text to statements. The one entry into the parser (libpg_query) and everything
// around it: splitting, psql meta-commands, COPY data, placeholders, bounds, errors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/limits.h"
#include "core/source.h"
#include "sql/operation.h"

namespace backout::sql {

// Why a statement could not be judged.
enum class ParseFailure : std::uint8_t { placeholder, newer_grammar, broken, limit };

struct Unparsed {
  ParseFailure cause;
  Span statement;       // the whole statement
  Span place;           // where the parser gave up
  std::string message;  // the parser's words, or which newer PostgreSQL knows it ("PostgreSQL 18:
                        // named NOT NULL constraint"), or which bound was hit
};

struct TextComment {
  Span span;
};  // one comment, from `--` to before the line end or from `/*` to behind `*/`

// How placeholders of the migration tool are written; found and replaced by filler of the same
// length before parsing.
enum class Placeholders : std::uint8_t { none, any };

struct ParseOptions {
  Placeholders placeholders = Placeholders::any;
  bool psql = false;  // meta-commands (\set …) and COPY … FROM stdin data are stepped over in any
                      // case; psql variables (:name, :'name') only here
  Limits limits;
};

struct Script {
  std::vector<Statement> statements;  // in order, spans into the source
  std::vector<Unparsed> unparsed;     // in order
  std::vector<TextComment> comments;  // of the section, in order
  std::size_t statement_count = 0;    // parsed or not
  bool substituted =
      false;  // placeholders were replaced by filler: the text as it stands does not parse
  bool stepped_over = false;  // psql meta-commands or COPY data were left out
};

// Parses `section` of `source`. Never throws, crashes or hangs; thread-safe. Runs the parser on the
// calling thread: callers give it a thread with a large stack (see core/parallel.h).
[[nodiscard]] Script parse(const Source& source, Span section, const ParseOptions& options);

}  // namespace backout::sql
