// The files of the folder somebody works in: those that git tracks or would track, else all that
// lie there. Paths are relative to the top. Nothing is followed, nothing but regular files is read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "sql/framework.h"

namespace backout {

struct Worktree {
  std::string top;                 // with a slash at the end; empty: the working folder
  std::string prefix;              // the working folder below `top`: "" or "a/b/"
  std::vector<std::string> paths;  // sorted; may name files that are deleted by now
};
// usage: no place to work in. undecided: git cannot list the files.
[[nodiscard]] Result<Worktree> open_worktree();

[[nodiscard]] sql::Peeked read(const Worktree& worktree, const std::string& path,
                               std::uint64_t limit);

// What a path given on the command line is from the top; nothing: it lies outside.
[[nodiscard]] std::optional<std::string> from_top(const Worktree& worktree, std::string_view path);

}  // namespace backout
