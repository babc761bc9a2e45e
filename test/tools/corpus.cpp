// Measures on the corpus of real migrations: what does not parse, how well the final schemas agree
// with a real server's, what the rules find. `../shared/truth` stands beside `../shared/corpus`.
// Exit code 1: a count that must hold does not.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "corpus/report.h"

int main(int count, char** arguments) {
  namespace fs = std::filesystem;
  using namespace backout::test;
  const std::vector<std::string> words(arguments + 1, arguments + count);
  const bool differences = words.size() == 3 && words[1] == "--differences";
  if ((words.size() != 1 && !differences) || !fs::is_directory(fs::path(words[0]) / "sql")) {
    fmt::print(stderr, "usage: corpus CORPUS [--differences PROJECT]\n");
    return 2;
  }
  const fs::path corpus = fs::absolute(words[0]).lexically_normal();
  const fs::path truth = corpus / ".." / "truth";
  std::vector<Project> all = projects(corpus);
  if (differences) {
    std::erase_if(all, [&](const Project& project) { return project.name != words[2]; });
    report_catalogs(all, truth, words[2]);
    return 0;
  }
  const bool as_counted = report_parses(all);
  report_catalogs(all, truth, {});
  report_findings(all);
  return as_counted ? 0 : 1;
}
