// Standard base64 with padding, as Go's encoding/base64.StdEncoding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace backout::expr {

[[nodiscard]] std::string encode_base64(std::string_view bytes);
// Line ends are skipped. Nothing: anything else that is no base64.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace backout::expr
