// What holds for every rule, so that `explain`, reports and the catalogue can rely on it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "cli/words.h"
#include "core/rule.h"

namespace backout {
namespace {

TEST(RuleTable, IdsAreSortedAndNameTheDefect) {
  const auto rules = all_rules();
  ASSERT_FALSE(rules.empty());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const std::string id(rules[i].rule->id);
    if (i > 0) {
      EXPECT_LT(rules[i - 1].rule->id, rules[i].rule->id);
    }
    EXPECT_TRUE(std::filesystem::exists(std::string(BACKOUT_SOURCE_DIR) + "/rules/" + id + ".cpp"))
        << id;
    EXPECT_EQ(find_rule(id), &rules[i]);
    const std::size_t slash = id.find('/');
    ASSERT_NE(slash, std::string::npos) << id;
    EXPECT_TRUE(std::all_of(id.begin(), id.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '/';
    })) << id;
    for (const char* const prefix : {"ban-", "require-", "prefer-"})
      EXPECT_FALSE(id.substr(slash + 1).starts_with(prefix)) << id;
    // Of a manifest "no-" names the defect: something is not there.
    const std::string family = id.substr(0, slash);
    if (family != "analysis" && family != "rollout" && family != "argocd") {
      EXPECT_FALSE(id.substr(slash + 1).starts_with("no-")) << id;
    }
  }
  EXPECT_EQ(find_rule("compat/"), nullptr);
  EXPECT_EQ(find_rule("zzz"), nullptr);
}

TEST(RuleTable, WordsAreComplete) {
  for (const RuleEntry& entry : all_rules()) {
    const Rule& rule = *entry.rule;
    EXPECT_FALSE(rule.summary.empty() || rule.why.empty() || rule.instead.empty() ||
                 rule.letters.empty())
        << rule.id;
    EXPECT_LE(rule.summary.size(), 80U) << rule.id;
    EXPECT_EQ(rule.summary.find('\n'), std::string_view::npos) << rule.id;
    EXPECT_FALSE(rule.summary.ends_with('.')) << rule.id;
    EXPECT_FALSE(entry.fail_example.empty() || entry.pass_example.empty()) << rule.id;
    EXPECT_TRUE(rule.instead.starts_with("1. ")) << rule.id << ": the steps are numbered";
    EXPECT_FALSE(first_step(rule).empty()) << rule.id;
    const auto letters =
        static_cast<std::size_t>(std::count(rule.letters.begin(), rule.letters.end(), ',')) + 1;
    EXPECT_EQ(cli::promises(rule.letters).size(), rule.letters == "-" ? 0U : letters)
        << rule.id << ": " << rule.letters;
  }
}

TEST(RuleTable, EveryFixtureFolderHasARule) {
  for (const RuleEntry& entry : all_rules()) {
    const std::string family(entry.rule->id.substr(0, entry.rule->id.find('/')));
    for (const auto& folder : std::filesystem::directory_iterator(std::string(BACKOUT_SOURCE_DIR) +
                                                                  "/fixtures/" + family)) {
      const std::string id = family + '/' + folder.path().filename().string();
      EXPECT_NE(find_rule(id), nullptr) << id;
    }
  }
}

TEST(RuleTable, FirstStepLosesItsNumber) {
  Rule rule{};
  for (const auto& [instead, step] :
       {std::pair<std::string_view, std::string_view>{"1. Do this.\n2. Then that.", "Do this."},
        {"Just do it.", "Just do it."},
        {"10. Ten", "Ten"},
        {"3 apples", "3 apples"}}) {
    rule.instead = instead;
    EXPECT_EQ(first_step(rule), step);
  }
}

}  // namespace
}  // namespace backout
