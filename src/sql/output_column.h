// What a query's output is called and of which type it is, as far as its expression alone tells.
#pragma once

#include <string>
#include <string_view>

#include "sql/builtin_functions.h"
#include "sql/tree.h"
#include "sql/type.h"

namespace backout::sql {

// The name PostgreSQL gives an expression without AS.
[[nodiscard]] std::string output_name(Node expression);

// From casts, literals and functions with one result type; an empty name when that is not enough.
[[nodiscard]] Type output_type(Node expression);

// An aggregate, window or set-returning function outside sub-queries.
[[nodiscard]] bool has_aggregate(Node expression);

// "b" of "a.b".
[[nodiscard]] std::string last_part(std::string_view dotted);

}  // namespace backout::sql
