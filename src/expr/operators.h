// What Go's runtime does with two values. Nothing: these two do not go together.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "expr/engine.h"
#include "expr/value.h"

namespace backout::expr {

// What one evaluation may take: nodes evaluated, elements compared. Lists in lists can share their
// content, so that little text is a lot of elements.
inline constexpr std::uint64_t most_steps = 2'000'000;

// Of any two values. Compared elements are counted in `steps`; past the bound the answer is false.
[[nodiscard]] bool equal(const Value& a, const Value& b, Engine engine, std::uint64_t& steps);
[[nodiscard]] std::optional<bool> less(const Value& a, const Value& b, Engine engine);
// `op`: one of + - * / % ** ^. Nothing also for an integer divided by zero.
[[nodiscard]] std::optional<Value> arithmetic(char op, const Value& a, const Value& b,
                                              Engine engine);

}  // namespace backout::expr
