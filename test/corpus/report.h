// The three reports on the corpus of real migrations; test/tools/corpus.cpp prints them one after
// another. Each prints what it found and says whether it is as it has to be.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "corpus/project.h"

namespace backout::test {

// Files, statements and failures to parse by cause: they must be those that were counted when the
// corpus was collected.
[[nodiscard]] bool report_parses(const std::vector<Project>& projects);

// Our final schema of each history beside the one a real server had after the same statements.
// `differences`: the project whose every difference is listed, "" for none.
void report_catalogs(const std::vector<Project>& projects, const std::filesystem::path& truth,
                     const std::string& differences);

// What `backout lint` says of each project, by rule.
void report_findings(const std::vector<Project>& projects);

}  // namespace backout::test
