// What the built-in functions take and give, as the checker sees it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "expr/engine.h"
#include "expr/type.h"
#include "tl/expected.hpp"

namespace backout::expr {

// The type of a call of the plain function `name` (one without predicate, and not `get`), or what
// is wrong with its arguments.
[[nodiscard]] tl::expected<Type, std::string> call_type(std::string_view name,
                                                        std::span<const Type> arguments,
                                                        Engine engine);

// Whether a parameter takes an argument; `parameter`: s text, i integer, f number, a anything,
// S list of texts, A list of anything, F list of numbers, I list of integers, t time, d duration.
[[nodiscard]] bool takes(char parameter, const Type& argument, Engine engine);
// For messages: "a text".
[[nodiscard]] std::string_view parameter_words(char parameter);

}  // namespace backout::expr
