// From two sets of files to findings: finds the histories, parses what is needed on all processors,
// tells what is new, and lints each history. Pure: same bytes, same result, whatever the number of
// threads.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/inputs.h"
#include "core/lint.h"
#include "core/suppress.h"
#include "sql/framework.h"

namespace backout {

struct Task {
  sql::Files head;                 // what is judged and its surroundings
  std::optional<sql::Files> base;  // the released state; absent when judging without git
  std::vector<std::string> named;  // folders and files the user named (plain SQL there is taken as
                                   // migrations); empty: everything
  std::vector<MigrationChange::Unreadable>
      unreadable;                  // *.sql of the head that are links, submodules or over the limit
  std::vector<std::string> blobs;  // git's ids by index of `head.paths`; empty outside git
  bool together = false;  // without a base: all that is judged is one change, not one a migration
  unsigned threads = 0;   // 0: one a processor
};

// All scripts and what they were parsed from; findings point into the sources that the Files own.
struct Judgement {
  std::vector<Finding> findings;  // unsorted, before ignores
  std::vector<HistoryUse> histories;
  std::vector<FileUse> files;                               // sorted by path
  std::vector<JudgedScript> judged;                         // for ignore comments
  std::vector<std::shared_ptr<const sql::Script>> scripts;  // what `judged` points to
  std::vector<std::string> limits;                          // bounds that were hit, in words
  std::deque<sql::History> owned;                           // findings and changes refer to these
};
[[nodiscard]] Judgement judge(const Task& task, const Config& config, const RuleSet& rules);

}  // namespace backout
