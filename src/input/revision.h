// Files of a commit or of the index, for `backout check`. Blobs are read by their id and never
// through the worktree.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/change.h"
#include "core/limits.h"
#include "core/result.h"
#include "git/blob.h"
#include "git/repository.h"
#include "git/tree.h"
#include "sql/framework.h"

namespace backout {

// Owns the sources of several file lists: a blob that two of them have under the same path is one
// source.
struct RevisionFiles {
  struct Store;
  std::shared_ptr<Store> store;
  sql::Files base, head;
  std::vector<sql::Files> releases;  // older ones, in the order given
  std::vector<MigrationChange::Unreadable>
      unreadable;  // *.sql of the head that are links, submodules or over the limit
  // The first failure to read a file that was asked for late (a marker file missing in a partial
  // clone): then nothing is decided.
  [[nodiscard]] std::optional<Error> error() const;
  std::vector<std::string> head_blobs;  // ids by index of `head.paths`
  std::vector<std::string> base_blobs;  // the same of `base.paths`
  // What the files are of: base, head, then the releases.
  [[nodiscard]] std::vector<const git::Tree*> trees() const;
};

// Reads every *.sql of all lists; other files when asked for. undecided: a blob is missing.
[[nodiscard]] Result<RevisionFiles> revision_files(const git::Repository& repository,
                                                   git::Tree base, git::Tree head,
                                                   const Limits& limits,
                                                   std::vector<git::Tree> releases = {});

}  // namespace backout
