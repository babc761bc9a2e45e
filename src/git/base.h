// What a change is compared with when the user does not say.
#pragma once

#include <string>

#include "core/result.h"
#include "git/repository.h"
#include "git/revision.h"

namespace backout::git {

struct BaseChoice {
  std::string revision;  // for `resolve`; the base is its merge base with the head
  std::string reason;    // where it comes from: "GITHUB_BASE_REF (pull request into `main`)"
};

// The CI's own variables (GitHub, GitLab, Bitbucket, Buildkite, Azure, Jenkins), else the remote's
// default branch. usage: nothing to go by; the message says what to give.
Result<BaseChoice> choose_base(const Repository& repository, const Commit& head,
                               const Environment& environment);

}  // namespace backout::git
