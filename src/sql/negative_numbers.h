// libpg_query 15 leaves negative integers out of its JSON as it does zeros: `-1` reads
// `{"A_Const":{"ival":{},…}}`. The value is still in the SQL text, at the node's location.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace backout::sql {

// The JSON with the numbers put back; nothing when there are none. `sql` is the text that was
// parsed.
[[nodiscard]] std::optional<std::string> with_negative_numbers(std::string_view json,
                                                               std::string_view sql);

}  // namespace backout::sql
