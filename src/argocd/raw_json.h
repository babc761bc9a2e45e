// Edits a JSON text and leaves every byte beside the edited member as it was: what is read from a
// server and given back to it must keep its numbers, its order and fields that we do not know. The
// text must be well-formed (a JSON parser has accepted it); names are compared as they are written.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace backout::argocd {

using Keys = std::initializer_list<std::string_view>;

// The value below, as written; nothing when there is none.
[[nodiscard]] std::optional<std::string_view> raw_value(std::string_view json, Keys keys);
// With the value below replaced or added, objects on the way included. `json` is an object.
[[nodiscard]] std::string with_value(std::string_view json, Keys keys, std::string_view value);
// Without the member below.
[[nodiscard]] std::string without(std::string_view json, Keys keys);

// `text` as a JSON string with its quotes; invalid UTF-8 becomes U+FFFD.
[[nodiscard]] std::string json_text(std::string_view text);
// "a/b~c" as a part of a JSON pointer.
[[nodiscard]] std::string pointer_part(std::string_view name);

}  // namespace backout::argocd
