// Which deployment to go back to. By place alone ("the one before") a second rollback would go
// forward again to the bad release, as each leaves an entry of its own: with a clone of the GitOps
// repository the newest entry counts that lies in the past of what runs; without one, the newest of
// another revision, unless what runs is itself what somebody has gone back to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "argocd/application.h"
#include "core/result.h"
#include "git/repository.h"

namespace backout::argocd {

// A deployment, or what a failed operation has begun to apply.
struct Running {
  std::vector<std::string> revisions;
  std::vector<Source> sources;
  std::string words;       // "deployment 12, 2026-11-20T10:00:00Z by ana"
  std::size_t before = 0;  // entries of the history that lie before it
};
// The history is not empty.
[[nodiscard]] Running what_runs(const Application& app);
// An operation came to objects and did not succeed: of two revisions something runs.
[[nodiscard]] bool has_left_a_mix(const Application& app);

// "deployment 12, 2026-11-20T10:00:00Z by ana".
[[nodiscard]] std::string in_words(const Deployment& one);

struct TargetQuestion {
  std::string to;                          // an id of the history or a revision; empty: choose
  const git::Repository* clone = nullptr;  // of the GitOps repository; null: there is none
  std::string folder;                      // of the clone, for messages; empty: where we are
  std::string from;                        // a revision of the clone in place of what runs
};
struct Target {
  // The entry to go back to. Nothing: no entry has this revision; a sync to it can go there.
  std::optional<Deployment> deployment;
  std::vector<std::string> revisions;  // one for each source
  std::vector<std::string> running;    // what is gone back from
  std::string words;                   // "deployment 11, …", or how it was named
  std::vector<std::string> notes;      // what was passed over and why, what is odd
  // With a clone: the source whose commits it has, and its commits.
  std::size_t source = 0;
  std::string from, to;
};

// usage: nothing to go back to, a name that is none, or a clone that lacks the commits; the message
// says what to give. undecided: the clone is cut off.
[[nodiscard]] Result<Target> choose_target(const Application& app, const TargetQuestion& question);

}  // namespace backout::argocd
