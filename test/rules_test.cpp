// Every fixture of every rule, with only that rule on: `fail*` must give findings, all of that
// rule, worded as in its `.expected`; `pass*` none. UPDATE_SNAPSHOTS=1 rewrites the expectations;
// read the difference like code.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "core/rule.h"
#include "fixture.h"

namespace backout::test {
namespace {

namespace fs = std::filesystem;

bool update_snapshots() {
  const char* value = std::getenv("UPDATE_SNAPSHOTS");
  return value && std::string_view(value) == "1";
}

TEST(Rules, FixturesGiveTheExpectedReports) {
  for (const Case& one : rule_cases()) {
    SCOPED_TRACE(fs::relative(one.file, BACKOUT_SOURCE_DIR).string());
    const std::string_view only[] = {one.rule};
    const Outcome outcome = run_case(one.file, only);
    fs::path expected = one.file;
    expected.replace_extension(".expected");
    for (const Finding& finding : outcome.findings) EXPECT_EQ(finding.rule, one.rule);
    if (!one.fails) {
      EXPECT_EQ(outcome.report, "") << "a passing example has findings";
      continue;
    }
    EXPECT_FALSE(outcome.findings.empty()) << "a failing example has no findings";
    if (update_snapshots()) std::ofstream(expected, std::ios::binary) << outcome.report;
    EXPECT_EQ(outcome.report, read_text(expected));
  }
}

}  // namespace
}  // namespace backout::test
