// The engine's type checker. What it refuses never runs: no guard in the condition can help.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "expr/engine.h"
#include "expr/tree.h"
#include "expr/type.h"

namespace backout::expr {

// Types of the nodes of `tree`, elements kept in `pool`. Integer literals that are given to a
// function of numbers become numbers in the tree.
[[nodiscard]] std::optional<Problem> check(Tree& tree, const Type& result, Engine engine,
                                           std::vector<Type>& types, std::deque<Type>& pool);

}  // namespace backout::expr
