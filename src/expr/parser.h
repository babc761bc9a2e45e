// The syntax of conditions.
#pragma once

#include <string_view>

#include "expr/engine.h"
#include "expr/tree.h"
#include "tl/expected.hpp"

namespace backout::expr {

// Bounds of ours: a longer condition, or one that nests deeper, is a problem of stage `limit`.
// Chains like `a || b || …` nest too.
inline constexpr std::size_t longest_condition = 64 << 10;
inline constexpr std::uint32_t deepest_condition = 400;

[[nodiscard]] tl::expected<Tree, Problem> parse(std::string_view condition, Engine engine);

}  // namespace backout::expr
