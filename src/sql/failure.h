// Why a statement did not parse: an unresolved placeholder, grammar newer than this build's, or
// broken SQL. "Newer" is only said when it is proven: the newer piece is replaced by an older one
// and the statement then parses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sql/parse.h"

namespace backout::sql {

struct ParserError {
  std::string message;
  std::uint32_t offset = 0;  // into the statement's text
};

// `statement`: its text as the parser saw it; `placeholder`: one was found in it and filled. The
// result's spans are offsets into that text.
[[nodiscard]] Unparsed explain_failure(std::string_view statement, const ParserError& error,
                                       bool placeholder);

// The version and the feature ("PostgreSQL 18: named NOT NULL constraint") when that is what the
// parser stumbled over.
[[nodiscard]] std::optional<std::string> newer_grammar(std::string_view statement,
                                                       std::string_view message);

}  // namespace backout::sql
