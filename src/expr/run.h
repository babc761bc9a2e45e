// Running a program on a value.
#pragma once

#include "expr/program.h"
#include "expr/value.h"
#include "tl/expected.hpp"

namespace backout::expr {

// Values nested deeper are a problem of stage `limit`.
inline constexpr std::uint32_t deepest_value = 500;

// `result`: of the type that the program was compiled for. The problem is of stage `run` or
// `limit`.
[[nodiscard]] tl::expected<Value, Problem> run(const Program& program, const Value& result);

}  // namespace backout::expr
