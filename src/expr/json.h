// JSON as Go's encoding/json reads and writes it, into values of conditions and back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "expr/value.h"

namespace backout::expr {

// Every number is a float, the last of equal keys counts. The error is a sentence for people; one
// is also that it nests too deep (run.h).
[[nodiscard]] std::optional<Value> read_json(std::string_view text, std::string& error);
// With two blanks per level. Nothing: NaN or an infinity is in it, or something that is no JSON.
// What is longer than `most_text_bytes` is cut somewhere behind that.
[[nodiscard]] std::optional<std::string> write_json(const Value& value);

}  // namespace backout::expr
