// Bytes that YAML allows, UTF-16 and UTF-8.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "yaml/node.h"

namespace backout::yaml {

// The first byte that no YAML or JSON text has: not UTF-8, or a control character. A parser that
// stops at one (yaml-cpp does at 0x04) would pass over the rest in silence.
[[nodiscard]] std::optional<Defect> forbidden_byte(std::string_view text, Span in);

// UTF-16 with a byte-order mark, which Argo CD accepts, as UTF-8. Nothing: it is something else.
// Half a surrogate pair becomes U+FFFD.
[[nodiscard]] std::optional<std::string> utf8_of_utf16(std::string_view bytes);

void append_utf8(std::string& out, std::uint32_t code_point);

}  // namespace backout::yaml
