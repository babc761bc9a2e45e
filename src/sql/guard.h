// What stands between a text from the change and the server's parser: statements that could hurt it
// are refused, what is not SQL is taken out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/limits.h"
#include "sql/failure.h"
#include "sql/placeholders.h"
#include "sql/split.h"

namespace backout::sql {

struct Refusal {
  ParseFailure cause;
  std::string message;
};

// Why the parser may not see a statement, whose text is `text`. `nul`, `bytes`: whether to look for
// NUL bytes and for bytes that are no UTF-8.
[[nodiscard]] std::optional<Refusal> refuse(const Piece& piece, std::string_view text,
                                            const Limits& limits, bool nul = true,
                                            bool bytes = true);

// Blanks the holes of `text`, which begins at offset `base` of what was split, and fills its
// placeholders; all in place.
void prepare(std::string& text, std::uint32_t base, const Split& split, Fillers& fillers);

}  // namespace backout::sql
