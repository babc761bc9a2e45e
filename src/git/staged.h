// What is about to be committed: the index, which inside a hook is often not the one in `.git`.
#pragma once

#include "core/result.h"
#include "git/repository.h"
#include "git/tree.h"

namespace backout::git {

struct Staged {
  Tree before;  // HEAD; empty before the first commit
  Tree after;   // the index
};

// HEAD, and `repository.index_file` as the next commit would hold it. A file only announced with
// `git add
// --intent-to-add` is not part of that commit. undecided: unresolved conflicts, or neither we nor
// git can read the index.
Result<Staged> staged(const Repository& repository);

}  // namespace backout::git
