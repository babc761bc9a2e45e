// What stands between quotes, escapes resolved. The engine looks at escapes twice, with rules that
// differ a little: an escape must pass both.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "expr/engine.h"

namespace backout::expr {

struct Quoted {
  std::string value;
  std::size_t length = 0;  // bytes read, quotes included
  std::string error;       // empty: none
  std::size_t wrong = 0;   // how many of the bytes read last are at fault
};

// `text` begins with a quote. `bytes`: b'…', where \xff is one byte and not a character.
[[nodiscard]] Quoted read_quoted(std::string_view text, bool bytes, Engine engine);

}  // namespace backout::expr
