// The repository that a revert is made in. Names, history, messages and references are read and
// written by the `git` program, which knows every format there is; libgit2 merges, where it can
// open the repository at all. The worktree, the index and HEAD are never touched, so that they may
// be in any state.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "git/command.h"
#include "git/repository.h"

namespace backout::revert {

struct Clone {
  std::string folder;           // where git is run
  std::string prefix;           // where `folder` stands below the top of the worktree: "", "a/b/"
  std::string git_dir;          // absolute
  std::string common_dir;       // absolute; the same, or the main repository's
  bool shallow = false;         // history is cut off
  bool own_environment = true;  // GIT_DIR and its like are meant for it
  std::optional<git::Repository> libgit2;  // absent: libgit2 cannot read it
  std::string why_not;                     // then
};

// "." is what the user's shell stands in, where GIT_DIR and its like count; for any other folder
// they are put aside. usage: no repository there, or one that git does not trust.
[[nodiscard]] Result<Clone> open(const std::string& folder);

// Runs git in it. `variables` are for the child alone. Hooks, helpers and signing programs run as
// for the user's own git.
[[nodiscard]] Result<git::CommandResult> run_git(const Clone& clone, std::vector<std::string> words,
                                                 git::Variables variables = {},
                                                 const std::string& input = "/dev/null");
// Its output without the last line's end; a failure is an error that begins with `doing`: "cannot
// list the commits".
[[nodiscard]] Result<std::string> ask_git(const Clone& clone, std::vector<std::string> words,
                                          std::string_view doing, git::Variables variables = {},
                                          const std::string& input = "/dev/null");

// A setting, as git finds it; nothing when it is not set.
[[nodiscard]] std::optional<std::string> setting(const Clone& clone, const std::string& name);
[[nodiscard]] bool switched_on(const Clone& clone, const std::string& name);

// The id of the commit. usage: nothing has that name.
[[nodiscard]] Result<std::string> resolve(const Clone& clone, const std::string& revision);
[[nodiscard]] bool has_commit(const Clone& clone, const std::string& id);

struct Commit {
  std::string id, tree;
  std::vector<std::string> parents;
  std::string author, date;  // "Ada <ada@acme.example>", "2026-03-01T10:15:00+01:00"
  std::string message;       // UTF-8 unless its author was careless; raw
  [[nodiscard]] std::string subject() const;  // its first line
};
// In the order given.
[[nodiscard]] Result<std::vector<Commit>> read_commits(const Clone& clone,
                                                       const std::vector<std::string>& ids);

[[nodiscard]] std::string brief(std::string_view id);  // 10 digits, for messages
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

}  // namespace backout::revert
