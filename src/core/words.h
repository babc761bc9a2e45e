// Lists of names in messages: quoted, and short however many there are.
#pragma once

#include <string>
#include <vector>

namespace backout {

// "`a`", "`a` and `b`", "`a`, `b`, `c` and 4 more"; at most `shown` names are spelled out.
[[nodiscard]] std::string quoted_list(const std::vector<std::string>& names, std::size_t shown = 3);

}  // namespace backout
