// From two sets of files to findings: finds the histories, parses what is needed on all processors,
// tells what is new, and lints each history. Pure: same bytes, same result, whatever the number of
// threads.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "core/inputs.h"
#include "core/lint.h"
#include "core/manifests.h"
#include "core/suppress.h"
#include "core/task.h"

namespace backout {

// All scripts and what they were parsed from; findings point into the sources that the Files own.
struct Judgement {
  std::vector<Finding> findings;  // unsorted, before ignores
  std::vector<HistoryUse> histories;
  std::vector<FileUse> files;                               // sorted by path
  std::vector<JudgedScript> judged;                         // for ignore comments
  std::vector<std::shared_ptr<const sql::Script>> scripts;  // what `judged` points to
  std::vector<std::string> limits;                          // bounds that were hit, in words
  ManifestJudgement manifests;                              // files and findings are moved out
  std::deque<sql::History> owned;                           // findings and changes refer to these
};
[[nodiscard]] Judgement judge(const Task& task, const Config& config, const RuleSet& rules);

}  // namespace backout
