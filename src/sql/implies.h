// Does one CHECK follow from another? Only sure answers: false also means "cannot tell".
#pragma once

#include "sql/expr.h"

namespace backout::sql {

// True when every row that passes CHECK (a) passes CHECK (b). A CHECK passes unless it is false:
// NULL passes. So `implies(check, column IS NOT NULL)` also says whether a CHECK makes SET NOT NULL
// safe.
[[nodiscard]] bool implies(const Expr& a, const Expr& b);

}  // namespace backout::sql
