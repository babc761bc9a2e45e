// A git repository opened for reading: from the environment git gives its hooks, or by searching
// upwards. Only objects, references and the index are ever read; the worktree, filters and hooks
// are never touched, and nothing is written. This folder is the one place that knows libgit2 (1.5
// to 1.9).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"

struct git_repository;
struct git_odb;

namespace backout::git {

// Value of an environment variable; absent when it is unset.
using Environment = std::function<std::optional<std::string>(const char* name)>;
Environment process_environment();

struct Close {
  void operator()(git_repository* repository) const;
  void operator()(git_odb* objects) const;
};

// Move-only. One thread at a time, except for `read_blob`, which several may call.
struct Repository {
  std::unique_ptr<git_repository, Close> handle;
  std::unique_ptr<git_odb, Close> objects;
  std::string git_dir;  // absolute, with a slash at the end; of the linked worktree, if it is one
  std::string common_dir;  // the same, or the main repository's
  std::string work_dir;    // top of the worktree, with a slash at the end; empty when bare
  std::string prefix;      // where we started below `work_dir`: "", or "a/b/"
  std::string index_file;  // GIT_INDEX_FILE, or the repository's own
  bool shallow = false;    // history is cut off
  bool partial = false;    // objects may be missing on purpose
  std::vector<std::string> remotes;
  std::string
      deepen_remedy;  // what to do about missing history, in the words of the CI that runs us
};

// Opens the repository that holds `start_dir`, with git's own rules: GIT_DIR, GIT_WORK_TREE,
// GIT_INDEX_FILE, GIT_CEILING_DIRECTORIES, GIT_DISCOVERY_ACROSS_FILESYSTEM, GIT_OBJECT_DIRECTORY,
// its alternates, and `safe.directory` for repositories of other users (git itself is asked then).
// usage: no repository there. undecided: a format libgit2 cannot read, or an owner git does not
// trust.
Result<Repository> open(const std::string& start_dir, const Environment& environment);

}  // namespace backout::git
