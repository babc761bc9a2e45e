// What this build is: release, commit and the PostgreSQL grammar it parses with.
#pragma once

#include <string_view>

namespace backout {

[[nodiscard]] std::string_view version();  // "0.1.0"
[[nodiscard]] std::string_view commit();   // abbreviated id, or "unknown" when built outside git
[[nodiscard]] std::string_view grammar();  // "15.1"

}  // namespace backout
