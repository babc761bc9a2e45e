// The change between a base and a head as `backout check` sees it, for the commands that judge the
// same: options, revisions, the base's configuration, files.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/gate.h"
#include "core/config.h"
#include "core/exceptions.h"
#include "core/result.h"
#include "core/task.h"
#include "git/repository.h"
#include "report/report.h"

namespace backout::cli {

struct ChangeOptions {
  std::string base, head;
  bool staged = false;
  std::string config;  // a file given by the user instead of the base's
  unsigned threads = 0;
};
void declare(OptionList& list, ChangeOptions& options);  // but for `config` and `threads`

// Valid while `use` runs.
struct Change {
  const git::Repository& repository;
  const Config& config;
  Task& task;
  ExceptionTask& exceptions;
  report::RunReport& run;  // mode, revisions, configuration, errors
  std::function<std::optional<Error>()> late_error;
};
// Finds out what the change is and calls `use`. `paths`: what the user named, from where he stands.
[[nodiscard]] Result<int> with_change(const ChangeOptions& options,
                                      const std::vector<std::string>& paths,
                                      const std::function<Result<int>(Change&)>& use);

}  // namespace backout::cli
