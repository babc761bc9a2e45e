// Manifests of a run: which files of the task they are, what became of each, and what the rules
// about them find. Files that cannot matter are told apart from their bytes; without a single
// object of Argo nothing else is read.
#pragma once

#include <deque>
#include <span>
#include <string>
#include <vector>

#include "argo/manifest.h"
#include "core/change.h"
#include "core/config.h"
#include "core/finding.h"
#include "core/inputs.h"
#include "core/lint.h"
#include "core/task.h"

namespace backout {

struct ManifestJudgement {
  std::vector<Finding> findings;        // unsorted, before ignores
  std::vector<FileUse> files;           // sorted by path
  std::vector<std::string> limits;      // bounds that were hit, in words
  std::vector<std::string> unrendered;  // what could not be judged as it is no manifest yet
  std::deque<argo::File> memory;        // findings point into it; those judged carry ignores
  std::size_t objects = 0;              // judged
  bool any = false;                     // there seem to be objects of Argo at the head
};
// All objects of a set of files, for whoever only wants to know what is there.
struct ManifestSet {
  std::deque<argo::File> files;  // what the objects view
  argo::Objects objects;
};
[[nodiscard]] ManifestSet read_manifests(const sql::Files& files, unsigned threads = 0);

// `alone`: the run has nothing else to look at, so `any` is wanted also when no manifest changed.
// `migrations`: see ManifestContext; with any, manifests are read also when none changed.
[[nodiscard]] ManifestJudgement judge_manifests(const Task& task, const Config& config,
                                                const RuleSet& rules, bool alone,
                                                std::span<const MigrationChange* const> migrations);

}  // namespace backout
