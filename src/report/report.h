// Everything a run has to say, as data: each format is a function of it. No format knows more than
// another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/exceptions.h"
#include "core/finding.h"
#include "core/inputs.h"
#include "core/result.h"
#include "core/suppress.h"
#include "core/verdict.h"

namespace backout::report {

inline constexpr int schema_version = 1;  // of the JSON report; only additions keep it

enum class Mode : std::uint8_t { lint, check, staged, runbooks };

struct Revision {
  std::string name;       // "origin/main", "v1.5.0", "index"
  std::string id;         // of the commit, or of the tree; empty for the index
  std::string chosen_by;  // how it was found: "--base", "GITHUB_BASE_REF, merge base", "default
                          // branch of the remote, merge base"
};

struct ConfigOrigin {
  std::string ref;  // where it was read: the base's name; empty: a file of the working folder
  std::string path;
  std::string blob;
};

struct RunReport {
  Mode mode = Mode::lint;
  std::optional<Revision> base, head;  // none when judging files without git
  std::optional<ConfigOrigin> config;  // none: defaults
  Verdict verdict;
  Counts counts;                  // of all findings
  std::vector<Finding> findings;  // sorted by path, place, rule
  std::size_t omitted = 0;        // findings beyond the limit, counted only
  std::vector<IgnoreInForce> ignores;
  std::vector<Override> overrides;    // breaks that were let pass, in the order of the findings
  bool exception_possible = false;    // there are breaks that could be let pass, and nobody tried
  bool errors_need_approval = false;  // ignore comments do not accept errors of migrations
  std::vector<HistoryUse> histories;
  std::vector<FileUse> inputs;
  std::size_t objects = 0;          // of manifests, judged
  std::vector<std::string> limits;  // bounds that were hit, in words
  std::vector<Error> errors;
};

struct TextOptions {
  bool color = false;
  std::size_t width = 0;  // of the screen; 0: not a screen, nothing is fitted
  bool quiet = false;     // findings only; a pass prints nothing
};

[[nodiscard]] std::string text(const RunReport& run, const TextOptions& options);
[[nodiscard]] std::string json(const RunReport& run);

// JSON Schemas (draft 2020-12) of the JSON report and of `.backout.yaml`.
[[nodiscard]] std::string report_schema();
[[nodiscard]] std::string config_schema();

}  // namespace backout::report
