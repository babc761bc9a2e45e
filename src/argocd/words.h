// Words about applications that several commands print.
#pragma once

#include <string>
#include <string_view>

#include "argocd/application.h"

namespace backout::argocd {

// 12 digits of a commit's 40; anything else as it is.
[[nodiscard]] std::string_view short_revision(std::string_view revision);
[[nodiscard]] bool is_commit(std::string_view revision);  // 40 hexadecimal digits
// "ana", "auto-sync", "?".
[[nodiscard]] std::string who(const std::string& user, bool automated);
// "on (prune, self-heal)", "off", "off (kept with `enabled: false`)".
[[nodiscard]] std::string in_words(const AutoSync& sync);
// "https://git.example.com/gitops.git apps/catalog (main)".
[[nodiscard]] std::string in_words(const Source& source);

}  // namespace backout::argocd
