// Names of commits, and where two histories part.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/result.h"
#include "git/object.h"
#include "git/repository.h"

namespace backout::git {

struct Commit {
  Oid id;
  Oid tree;
  std::vector<Oid> parents;  // those this clone knows of
};

// What `git rev-parse REVISION^{commit}` would find; tags are peeled. usage: nothing has that name
// (the message offers near names, or the command that fetches it). undecided: it lies past the edge
// of a shallow clone, or an object is missing.
Result<Commit> resolve(const Repository& repository, const std::string& revision);

// Whether anything has that name.
bool exists(const Repository& repository, const std::string& revision);

// The commit HEAD names; absent before the first commit.
Result<std::optional<Commit>> head(const Repository& repository);

// The commit the change started from. undecided when a shallow clone hides it or might hide a later
// one: a wrong base would judge the wrong change. usage when the two have no history in common.
Result<Commit> merge_base(const Repository& repository, const Commit& base, const Commit& head);

// Commits of a shallow clone whose parents were not fetched, as 40 digits; empty in a complete one.
std::unordered_set<std::string> shallow_edge(const Repository& repository);

}  // namespace backout::git
