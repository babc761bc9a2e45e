// Who made a file what it is: the commits of a range, and those of them that touched it. Identities
// are those that the commits hold; a mailmap, which the change could bring, does not count.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "git/object.h"
#include "git/repository.h"
#include "git/revision.h"
#include "git/tree.h"

namespace backout::git {

struct Person {
  std::string name, address;
};

struct CommitDetail {
  Commit commit;
  Person author, committer;
  std::string date;     // of the author, "2026-03-01"
  std::string message;  // raw bytes
};

// All that a commit says.
Result<CommitDetail> detail(const Repository& repository, const Oid& id);

// The commits that `head` has and `base` has not, each before its parents. undecided: the edge of a
// shallow clone lies among them, so that nobody knows whether these are all.
Result<std::vector<CommitDetail>> between(const Repository& repository, const Oid& base,
                                          const Oid& head);

// Those of `commits` that touched what is now the file `path` of the first one: whoever gave it
// bytes that none of the parents has, under its name or one it had before. A merge that only takes
// over what one parent has touched nothing.
Result<std::vector<const CommitDetail*>> makers(const Repository& repository,
                                                const std::vector<CommitDetail>& commits,
                                                const std::string& path);

// The commits up to `head`, and not up to `since`, that changed files that the pathspecs name
// (":(literal)…", ":(glob)…"), each before its parents. undecided: there are too many. Where
// history is cut off, the commit at the edge seems to bring all files.
Result<std::vector<Oid>> commits_of(const Repository& repository, const Oid& head,
                                    const std::optional<Oid>& since,
                                    const std::vector<std::string>& pathspecs);

// The file in a tree; nothing when there is none (a folder is none).
Result<std::optional<Entry>> entry_at(const Repository& repository, const Oid& tree,
                                      const std::string& path);

}  // namespace backout::git
