// The three-way merge of trees with either engine: libgit2 in memory, or `git merge-tree`. Both
// give the same tree; scenarios compare them.
#pragma once

#include <string>

#include "core/result.h"
#include "git/merge.h"
#include "revert/clone.h"

namespace backout::revert {

struct Trees {
  std::string ancestor, ours, theirs;  // ids
};
// libgit2 where it can; `engine` says which one did it, and why not libgit2.
[[nodiscard]] Result<git::Merged> merge(const Clone& clone, const Trees& trees,
                                        std::string& engine);
[[nodiscard]] Result<git::Merged> merge_by_git(const Clone& clone, const Trees& trees);

// The tree with some paths as another tree has them; folders count with all that is in them.
[[nodiscard]] Result<std::string> with_paths(const Clone& clone, const std::string& tree,
                                             const std::string& from,
                                             const std::vector<std::string>& paths);

[[nodiscard]] Result<std::string> tree_of(const Clone& clone, const std::string& commit);
[[nodiscard]] Result<std::string> empty_tree(const Clone& clone);

}  // namespace backout::revert
