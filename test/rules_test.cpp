// Every fixture of every rule, with only that rule on: `fail*` must give findings, all of that
// rule, worded as in its `.expected`; `pass*` none. UPDATE_SNAPSHOTS=1 rewrites the expectations;
// read the difference like code.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>

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

TEST(Rules, EveryFixtureFolderBelongsToARule) {
  std::set<std::string> ids, families;
  for (const RuleEntry& entry : all_rules()) {
    ids.insert(std::string(entry.rule->id));
    families.insert(std::string(entry.rule->id.substr(0, entry.rule->id.find('/'))));
  }
  for (const std::string& family : families)
    for (const auto& folder : fs::directory_iterator(fixtures_folder() / family))
      EXPECT_TRUE(ids.count(family + "/" + folder.path().filename().string())) << folder.path();
}

TEST(Rules, TextsFollowTheConventions) {
  for (const RuleEntry& entry : all_rules()) {
    const Rule& rule = *entry.rule;
    SCOPED_TRACE(std::string(rule.id));
    const std::string_view name = rule.id.substr(rule.id.find('/') + 1);
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
              std::string_view::npos);
    for (const std::string_view verb : {"no-", "ban-", "require-", "prefer-"})
      EXPECT_FALSE(name.starts_with(verb));
    EXPECT_LE(rule.summary.size(), 80U);
    EXPECT_FALSE(rule.summary.ends_with('.'));
    for (const std::string_view text : {rule.summary, rule.letters, rule.why, rule.instead,
                                        entry.fail_example, entry.pass_example})
      EXPECT_FALSE(text.empty());
    EXPECT_TRUE(rule.instead.starts_with("1. ")) << "the remedy is numbered, deploy by deploy";
  }
}

}  // namespace
}  // namespace backout::test
