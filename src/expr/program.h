// A condition made ready for results of one type: checked, optimised as the engine does it (which
// can be seen: `x and false` never looks at x), and with the types that running needs.
#pragma once

#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "expr/engine.h"
#include "expr/tree.h"
#include "expr/type.h"
#include "tl/expected.hpp"

namespace backout::expr {

struct Program {
  Engine engine{};
  Tree tree;                               // rewritten by the optimiser
  std::vector<Type> types;                 // of each node
  std::shared_ptr<std::deque<Type>> pool;  // what types point to
};

// `result`: the type of the value it will run on. The problem is of stage `check` or `limit`.
[[nodiscard]] tl::expected<Program, Problem> compile(const Tree& tree, const Type& result,
                                                     Engine engine);

}  // namespace backout::expr
