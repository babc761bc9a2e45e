// The functions that the language itself brings, and which engine knows them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "expr/engine.h"

namespace backout::expr {

struct Builtin {
  std::string_view name;
  // Arguments as the parser takes them: `e` an expression, `p` a predicate, in capitals when it may
  // be left out. Empty: any number of expressions. In both engines, or empty for older where the
  // older engine has it as a plain function.
  std::string_view form;
  std::string_view old_form;
  bool old = true;  // 1.15.5 has it
};

// Null: `engine` has no such function.
[[nodiscard]] const Builtin* find_builtin(std::string_view name, Engine engine);
// The parser's form of it in `engine`.
[[nodiscard]] std::string_view form_of(const Builtin& builtin, Engine engine);

// Whatever a condition may name besides its own variables: the controller's seven names and the
// built-in functions.
[[nodiscard]] std::vector<std::string_view> known_names(Engine engine);
// The one of `names` that `word` was probably meant to be: at most two edits away, and fewer for
// short words. Empty: none.
[[nodiscard]] std::string_view nearest_name(std::string_view word,
                                            std::span<const std::string_view> names);

}  // namespace backout::expr
