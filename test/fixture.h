// Rule fixtures: one file holds a whole case. In `.sql` files a line `-- released` heads the schema
// as released and each line `-- change` a new migration. In `.txt` files, lines `-- base/PATH --`,
// `-- head/PATH --` and `-- link/PATH --` head the files of two revisions, `base/.backout.yaml`
// being the configuration; where it asks for approvals all rules judge, and exceptions can be made.
// `-- past/PATH --` heads those of an older release (v1.0.0). A `.yaml` is a manifest judged
// without git.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.h"
#include "core/lint.h"

namespace backout::test {

struct Case {
  std::string rule;  // "compat/drop-column"
  std::filesystem::path file;
  bool fails = false;  // fail*: must give findings
};

[[nodiscard]] std::filesystem::path fixtures_folder();
[[nodiscard]] std::vector<Case> rule_cases();  // of all rules, sorted

struct Outcome {
  std::vector<Finding> findings;  // sorted as reports do
  std::string report;             // what a user sees
};
// Judges the case with only the named rules on (none named: all).
[[nodiscard]] Outcome run_case(const std::filesystem::path& file,
                               std::span<const std::string_view> only, unsigned threads = 1);

[[nodiscard]] std::string read_text(const std::filesystem::path& file);

}  // namespace backout::test
