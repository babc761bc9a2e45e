// Merging three trees in memory: the heart of a revert. The result is written as a tree object and
// nothing else is touched.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "git/repository.h"

namespace backout::git {

// A file as one of the three trees has it.
struct MergeSide {
  std::string path;
  std::uint32_t mode = 0;
  std::string blob;  // its id; of a submodule: a commit of another repository
};

// Where the trees contradict each other. A side that is absent has no such file.
struct MergeConflict {
  std::optional<MergeSide> ancestor, ours, theirs;
};

struct Merged {
  std::string tree;                      // empty when there are conflicts
  std::vector<MergeConflict> conflicts;  // sorted by path
};

// All ids are of trees, in hexadecimal digits. Renames are followed as git's default settings do.
// undecided: an object is missing or cannot be written.
Result<Merged> merge_trees(const Repository& repository, const std::string& ancestor,
                           const std::string& ours, const std::string& theirs);

}  // namespace backout::git
