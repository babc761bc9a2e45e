// Patterns of paths, as `.backout.yaml` has them.
#pragma once

#include <string_view>

namespace backout {

// `*` (not over `/`), `**` and `?`; a pattern that names a folder matches what is below it.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view path);

}  // namespace backout
