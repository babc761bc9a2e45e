// Taking commits back, in two halves that are called step by step and again after a crash:
//   compute   pure: reads, merges in memory, may write objects, changes no reference and no file
//   publish   commits, a branch, a push; each step first looks whether its effect is already there
// and how to undo what was published, and how to see that it has landed. All ids are hexadecimal
// (40 digits, or 64 in a repository of that format), so that what must be remembered is text.
// Errors: usage (the request cannot be met: exit 2), undecided (git, the network or an object is
// missing: exit 3). Conflicts and "nothing to revert" are results.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config.h"
#include "core/result.h"
#include "revert/clone.h"

namespace backout::revert {

// ---- where a revert goes

struct Base {
  std::string remote;  // empty: there is none, the branch is a local one
  std::string branch;  // "main"
  std::string tip;     // the commit it has now
  std::string reason;  // why this one, in words: "the default branch of `origin`, fetched now"
};
struct BaseWanted {
  std::string remote;  // empty: the only one there is, else "origin"
  std::string branch;  // empty: the remote's default branch when it holds `revisions`, else what
                       // the checked-out branch tracks, else the remote's default branch
  bool fetch = true;   // asks the remote; otherwise what was fetched last counts
};
// Fetches what is missing. usage: no such remote or branch. undecided: the remote does not answer.
[[nodiscard]] Result<Base> find_base(const Clone& clone, const BaseWanted& wanted,
                                     const std::vector<std::string>& revisions);

// ---- compute

struct Wording {
  // Empty: git's own convention. Else the message, in which {subject}, {id} and {short} stand for
  // the reverted commit's and {reverts} for the lines "This reverts commit …."; without {reverts}
  // these lines follow, as other tools and `landed` look for them.
  std::string message;
  std::vector<std::string> trailers;  // "Incident: INC-42"
  bool sign_off = false;
};

struct Request {
  std::vector<std::string> revisions;  // commits and ranges "A..B", in any order
  std::string onto;                    // revision to start from, as a rule Base::tip
  unsigned mainline = 0;  // the parent of merges that stays, from 1; a range then follows first
                          // parents
  bool squash = false;    // one commit for all
  std::string restore;  // instead of `revisions`: make the files equal to those of this revision …
  std::vector<std::string> paths;  // … these files and folders only, from the top of the repository
  bool keep_migrations = false;    // migration files stay as they are at `onto`
  Wording wording;
};

// One commit to be made, on top of the one before it.
struct Step {
  std::string tree, message;
  std::vector<std::string> reverts;  // ids
};

// A file that can not be reverted by itself, because later commits changed the same lines.
struct Conflict {
  std::string path;
  std::string what;                // "both changed these lines", "deleted since, …"
  std::vector<std::string> hunks;  // with <<<<<<<, |||||||, =======, >>>>>>>; raw text
  std::vector<std::string> later;  // commits since that touched it, "1a2b3c4d5e subject", raw
};

struct Touched {
  char status = 'M';  // A, M, D, T, R as git has them: what the revert does
  std::string path, old_path;
};

struct MigrationFile {
  std::string path;
  std::string history;  // "flyway in db/migrations", "Rails"
  char status = 'D';    // as above
  std::string effect;   // what its tool makes of that at the next deploy
};

struct Revert {
  std::string onto;                         // id
  std::vector<Commit> commits;              // those to be taken back, in the order it is done
  std::vector<Step> steps;                  // empty: nothing to do, or conflicts
  std::vector<std::string> without_effect;  // "1a2b3c4d5e (already reverted by …)"
  std::optional<std::size_t> stopped_at;    // index into `commits` where the conflicts are
  std::vector<Conflict> conflicts;
  std::vector<Touched> files;             // between `onto` and the last step
  std::vector<MigrationFile> migrations;  // those of `files` that are migrations
  std::vector<std::string> discarded;     // restoring: later commits whose effect goes
  std::vector<std::string> warnings;
  std::string title;   // for a branch and a pull request
  std::string engine;  // "libgit2", or "git" and why
};
// Puts ids in the place of names, so that a fetch, or a later call, does not change what is meant.
// To be done before anything else, and what to remember.
[[nodiscard]] Result<void> pin(const Clone& clone, Request& request);

[[nodiscard]] Result<Revert> compute(const Clone& clone, const Request& request,
                                     const Config& config);

// "revert-bump-catalog-to-1-5-1": of the title, always a valid name.
[[nodiscard]] std::string branch_name(const Revert& revert);

// ---- publish

struct Identity {
  std::string name, address;
};
struct CommitOptions {
  std::optional<Identity> author;  // absent: the user's, as git finds it
};
// Makes the commits (signed when the user's git signs) and returns the last one's id. No reference
// is changed: without a branch they are garbage.
[[nodiscard]] Result<std::string> make_commits(const Clone& clone, const Revert& revert,
                                               const CommitOptions& options = {});

// Whether what the revert is made on holds `tip` already: merging it again would do nothing.
[[nodiscard]] bool is_merged(const Clone& clone, const Revert& revert, const std::string& tip);

// Whether `tip` is this revert, perhaps made earlier on an older base: the same messages, and trees
// that taking back the same commits there gives. Dates and signatures do not count. A merged one
// is not: what it took back came again since.
[[nodiscard]] Result<bool> is_ours(const Clone& clone, const Request& request, const Revert& revert,
                                   const std::string& tip, const Config& config);

enum class Done : std::uint8_t { now, before };  // before: the effect was already there

struct Branch {
  std::string name;
  std::string tip;
  Done done = Done::now;
};
// The tip of the local branch when it is this revert; nothing when there is none. usage: it holds
// something else, or is merged.
[[nodiscard]] Result<std::optional<std::string>> find_branch(const Clone& clone,
                                                             const Request& request,
                                                             const Revert& revert,
                                                             const std::string& name,
                                                             const Config& config);
// Finds or makes it; it is never moved. usage: one of that name holds something else.
[[nodiscard]] Result<Branch> make_branch(const Clone& clone, const Request& request,
                                         const Revert& revert, const std::string& name,
                                         const Config& config, const CommitOptions& options = {});

struct Push {
  std::string remote, branch;
  std::string tip;
  std::vector<std::string> options;  // -o
  // Set for a push to the base itself: the commit that it must still have.
  std::string expected;
};
struct Pushed {
  std::string tip;  // what the remote has now
  Done done = Done::now;
  std::vector<std::string> messages;  // what the server said; raw
};
// What the remote has under that name; empty: nothing. undecided: it does not answer.
[[nodiscard]] Result<std::string> remote_tip(const Clone& clone, const std::string& remote,
                                             const std::string& branch);
// The remote's branch of that name when it is this revert; nothing when there is none. usage: it
// holds something else, or is merged.
[[nodiscard]] Result<std::optional<std::string>> find_pushed(
    const Clone& clone, const Request& request, const Revert& revert, const std::string& remote,
    const std::string& branch, const Config& config);
// Creates the branch at the remote (never overwrites one). usage: it is taken, or the push was
// rejected; says why.
[[nodiscard]] Result<Pushed> push(const Clone& clone, const Push& push);

// ---- undo

// Only when the branch still is at `tip`; Done::before: it is gone already.
[[nodiscard]] Result<Done> delete_branch(const Clone& clone, const std::string& name,
                                         const std::string& tip);
[[nodiscard]] Result<Done> delete_remote_branch(const Clone& clone, const std::string& remote,
                                                const std::string& branch, const std::string& tip);

// ---- landed

struct Landing {
  bool landed = false;
  std::string by;   // in words: "commit 1a2b3c4d5e says so", "its files are those of the revert"
  std::string tip;  // of the branch that was looked at
};
// Whether the base's tip holds the revert: its commit is an ancestor, commits since `revert.onto`
// say "This reverts commit …" of all that was taken back, or (squash merges with another message)
// every file it touched is as the revert leaves it. `tip`: Base::tip, fetched again.
// `commit`: what was pushed, if anything. None of this counts when a file is again as it was before
// the revert.
[[nodiscard]] Result<Landing> landed(const Clone& clone, const Revert& revert,
                                     const std::string& commit, const std::string& tip);
// A file that the revert touched is at `tip` as it was before: what was taken back has come again.
[[nodiscard]] Result<bool> is_back(const Clone& clone, const Revert& revert,
                                   const std::string& tip);

}  // namespace backout::revert
