// What PromQL's operators do with two numbers.
#pragma once

#include "promql/ast.h"

namespace backout::promql {

// `op`: one that is_comparison().
[[nodiscard]] bool compare(Op op, double a, double b);
// `op`: + - * / % ^ atan2.
[[nodiscard]] double calculate(Op op, double a, double b);

}  // namespace backout::promql
