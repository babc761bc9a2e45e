// An application's history and status, for people and for programs. All text is escaped.
#pragma once

#include <cstddef>
#include <string>

#include "argocd/application.h"

namespace backout::argocd {

struct Server {
  std::string url;
  std::string version;  // empty: not asked
};
struct TextOptions {
  bool color = false;
  std::size_t width = 0;  // 0: nothing is cut
};

// The newest first, as somebody who wants to go back reads it.
[[nodiscard]] std::string history_text(const Application& app, const Server& server,
                                       const TextOptions& options);
[[nodiscard]] std::string history_json(const Application& app, const Server& server);
[[nodiscard]] std::string status_text(const Application& app, const Server& server,
                                      const TextOptions& options);
[[nodiscard]] std::string status_json(const Application& app, const Server& server);

}  // namespace backout::argocd
