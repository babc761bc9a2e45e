// The engine's optimiser, as far as it can be noticed: `x and false` forgets x and its errors,
// `filter(…)[0]` stops at the first element, `in` with a list of texts refuses other types.
#pragma once

#include <optional>
#include <vector>

#include "expr/engine.h"
#include "expr/tree.h"
#include "expr/type.h"

namespace backout::expr {

// The problem is one of stage `check`: `1 % 0`, a wrong pattern that was put together of literals.
[[nodiscard]] std::optional<Problem> optimize(Tree& tree, std::vector<Type>& types, Engine engine);

}  // namespace backout::expr
