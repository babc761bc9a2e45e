// A revert in words: the plan for people, and the body of a pull request. Everything that came from
// the repository is escaped.
#pragma once

#include <cstddef>
#include <string>

#include "revert/revert.h"

namespace backout::revert {

struct TextOptions {
  bool color = false;
  std::size_t width = 0;  // 0: nothing is fitted
};
// Commits, files, warnings; or the conflicts. Ends with a newline.
[[nodiscard]] std::string text(const Revert& revert, const Base& base, const TextOptions& options);

// Why migrations in a revert are dangerous, and what to do. Empty: it touches none.
[[nodiscard]] std::string migration_warning(const Revert& revert);

// Markdown. `facts`: a pre-flight's, or anything else to put at the end; may be empty.
[[nodiscard]] std::string pull_request_body(const Revert& revert, const std::string& facts);
// One line, at most 250 characters.
[[nodiscard]] std::string pull_request_title(const Revert& revert);

}  // namespace backout::revert
