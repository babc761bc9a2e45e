// The two kinds of patches of PATCH /applications, and a member's bytes.
#pragma once

#include "argocd_world.h"

namespace backout::test::sim {

// RFC 6902, or RFC 7396 with `merge`. Empty, or what is wrong with it.
[[nodiscard]] std::string patch(Json& document, const std::string& text, bool merge);

// The text of a member of a JSON object, byte for byte.
[[nodiscard]] std::string raw_member(std::string_view object, std::string_view name);

}  // namespace backout::test::sim
