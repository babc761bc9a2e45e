// From the files of a worktree to runbooks and what surrounds them.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/config.h"
#include "core/inputs.h"
#include "core/source.h"
#include "input/worktree.h"
#include "runbook/names.h"
#include "runbook/runbook.h"

namespace backout::runbook {

struct Loaded {
  std::deque<Source> sources;  // runbooks and findings point into these
  std::vector<Runbook> runbooks;
  Repository repository;
  std::vector<FileUse> files;       // of the runbooks
  std::vector<std::string> limits;  // runbooks that could not be read, in words
};

// Runbooks below `paths` (folders, files or globs, from the top); empty: what the configuration
// names, else the folder `runbooks`.
[[nodiscard]] std::vector<std::string> runbook_paths(const Worktree& worktree,
                                                     std::vector<std::string> paths,
                                                     const Config& config);

// `with_objects`: also read the manifests of the whole worktree.
[[nodiscard]] Loaded load(const Worktree& worktree, const std::vector<std::string>& paths,
                          const Config& config, Day today, bool with_objects);

}  // namespace backout::runbook
