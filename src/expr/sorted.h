// Sorting as the engine does it.
#pragma once

#include <vector>

#include "expr/runner.h"

namespace backout::expr {

// `items` in the order of `keys`, as many. Fails when two keys cannot be compared; a single one is
// never compared.
[[nodiscard]] std::vector<Value> sorted(Runner& runner, const std::vector<Value>& items,
                                        const std::vector<Value>& keys, bool descending);

}  // namespace backout::expr
