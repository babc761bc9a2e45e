// git's index file, read by ourselves. libgit2 hashes all of it with a slow checksum (40 ms for
// 80,000 files, where a whole hook run should take less) and refuses files without one; git does
// neither. Format: gitformat-index(5).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/result.h"
#include "git/object.h"
#include "git/tree.h"

namespace backout::git {

struct IndexFile {
  Tree
      files;  // what the next commit will hold: entries only announced (intent-to-add) are left out
  std::unordered_map<std::string, Oid> directories;  // tree ids git has cached: "" the root, "a/b"
};

// Absent: a form only git can read (split, sparse, from a later version) or damaged. undecided: an
// entry has an unresolved conflict.
Result<std::optional<IndexFile>> parse_index(std::string_view bytes);

Error conflict_error(std::string_view path);

}  // namespace backout::git
