// The releases a rollback may go back to: the newest tags behind a commit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "git/object.h"
#include "git/repository.h"
#include "git/revision.h"

namespace backout::git {

struct Release {
  std::string name;  // of the tag
  Commit commit;
  std::int64_t time = 0;  // of the commit, in seconds since 1970
};

struct Window {
  std::vector<std::string> tags;  // globs of names ("v*", "catalog/v*")
  int releases = 3;               // the newest so many
  // Instead: those that ran within so many days before `base`: tagged since, and the one that ran
  // when they began. The commits' dates count, so that the same commits give the same answer.
  std::optional<int> days;
};

// Newest first: by version where all names hold one (v1.9 before v1.10, a release after its
// candidates), else by the commits' dates. Only tags that are reachable from `base`. undecided: no
// tag matches at all, a tag's commit is missing, or a shallow clone hides tags.
Result<std::vector<Release>> releases(const Repository& repository, const Commit& base,
                                      const Window& window);

// Less, equal, greater: the numbers of two names as versions; what follows a version counts as a
// candidate for it. Absent: one holds no version.
[[nodiscard]] std::optional<int> compare_versions(const std::string& a, const std::string& b);

}  // namespace backout::git
