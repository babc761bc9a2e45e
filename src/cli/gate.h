// What `backout check` and `backout lint` share: their options, the configuration, and the way from
// files to a printed report.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/options.h"
#include "core/config.h"
#include "core/exceptions.h"
#include "core/judge.h"
#include "core/result.h"
#include "input/worktree.h"
#include "report/report.h"

namespace backout::cli {

struct GateOptions {
  std::string format = "text";
  std::string output = "-";
  std::string color = "auto";
  std::string
      config;  // a file given by the user; empty: `.backout.yaml` where the command looks for it
  bool quiet = false;
  bool allow_empty = false;
  bool render = false;
  unsigned threads = 0;
};
void declare(OptionList& list, GateOptions& options);

// `bytes` of a configuration file; `path` for messages.
[[nodiscard]] Result<Config> read_config(std::string_view bytes, std::string_view path);
// The file at `path` in the working folder; absent: nothing. input: it is there and cannot be read.
[[nodiscard]] Result<std::optional<std::string>> working_file(const std::string& path);

// The configuration of a command that works in the worktree: `file` when given (below the working
// folder), else `.backout.yaml` at the top, else the defaults.
struct WorktreeConfig {
  Config config;
  std::optional<report::ConfigOrigin> origin;
};
[[nodiscard]] Result<WorktreeConfig> worktree_config(const Worktree& worktree,
                                                     const std::string& file);

// Judges, decides and prints; `run` holds what the command knows already (mode, revisions, limits,
// errors), `late_error` asks for a failure to read a file that only judging asked for, `exceptions`
// (none outside git) lets approved breaks pass. Returns the exit code.
int run_gate(const GateOptions& options, const Streams& streams, Task& task, const Config& config,
             report::RunReport run, const std::function<std::optional<Error>()>& late_error = {},
             const ExceptionTask* exceptions = nullptr);

// An error before there is anything to report: printed on standard error, its kind decides the exit
// code.
int stop(const Streams& streams, const Error& error);

}  // namespace backout::cli
