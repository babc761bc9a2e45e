// Tokens of a condition. The engine's lexer is peculiar about operators and escapes, and so is
// this.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/source.h"
#include "expr/engine.h"
#include "expr/tree.h"
#include "tl/expected.hpp"

namespace backout::expr {

struct Token {
  enum class Kind : std::uint8_t { end, name, number, text, bytes, operator_, bracket };
  Kind kind = Kind::end;
  std::string text;  // a text without its quotes; otherwise as written
  Span span;
};

// All tokens, the last of kind `end`. The problem is of stage `parse`.
[[nodiscard]] tl::expected<std::vector<Token>, Problem> tokens_of(std::string_view condition,
                                                                  Engine engine);

}  // namespace backout::expr
