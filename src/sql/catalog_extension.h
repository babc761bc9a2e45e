// The types that well-known extensions bring, so that columns of these types are understood.
// Source: the extensions' install scripts.
#pragma once

#include <span>
#include <string_view>

namespace backout::sql {

[[nodiscard]] std::span<const std::string_view> types_of_extension(std::string_view extension);
// Whether some well-known extension brings a type of this name.
[[nodiscard]] bool extension_of_type(std::string_view type);

}  // namespace backout::sql
