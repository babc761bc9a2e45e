// Ignore comments: what they cover, and what is said about those that do not work.
#include "core/suppress.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/config.h"
#include "core/rule.h"

namespace backout {
namespace {

// A file whose statements are what stands between semicolons, with a finding of compat/drop-column
// on every statement that says DROP.
struct File {
  Source source;
  sql::Script script;
  std::vector<Finding> findings;

  explicit File(std::string text) : source{"db/1.sql", std::move(text), 0} {
    const std::string_view all = source.text;
    const auto offset = [](std::size_t value) { return static_cast<std::uint32_t>(value); };
    std::size_t statement = std::string_view::npos, end = 0;
    const auto close = [&] {
      if (statement == std::string_view::npos) return;
      const Span span{offset(statement), offset(end)};
      script.statements.push_back({span, {}});
      if (all.substr(statement, end - statement).find("DROP") != std::string_view::npos)
        findings.push_back({"compat/drop-column",
                            Severity::error,
                            {"column", std::string(all.substr(statement, end - statement))},
                            {&source, span},
                            "dropped",
                            {},
                            span,
                            {}});
      statement = std::string_view::npos;
    };
    for (std::size_t i = 0; i < all.size();) {
      if (all.substr(i).starts_with("--") || all.substr(i).starts_with("/*")) {
        const std::size_t stop =
            all[i] == '-' ? std::min(all.find('\n', i), all.size()) : all.find("*/", i) + 2;
        script.comments.push_back({{offset(i), offset(stop)}});
        i = stop;
      } else if (all[i] == ';') {
        close();
        ++i;
      } else {
        if (all[i] != ' ' && all[i] != '\n') {
          if (statement == std::string_view::npos) statement = i;
          end = i + 1;
        }
        ++i;
      }
    }
    close();
  }

  std::vector<IgnoreInForce> apply(const Config& config = {}) {
    const JudgedScript judged{&source, &script};
    return apply_ignores(findings, {&judged, 1}, active_rules(config));
  }

  [[nodiscard]] std::vector<std::string> rules() const {
    std::vector<std::string> out;
    for (const Finding& finding : findings) out.emplace_back(finding.rule);
    return out;
  }
};

using Ids = std::vector<std::string>;
const Ids hidden{};
const Ids not_hidden_and_unused{"compat/drop-column", "hygiene/ignore-unused"};

TEST(Suppress, CoversTheStatementItBelongsTo) {
  struct {
    const char* name;
    const char* text;
    Ids left;
  } const cases[] = {
      {"line before", "-- backout:ignore compat/drop-column gone since v2\nDROP a;\n", hidden},
      {"behind, same line", "DROP a; -- backout:ignore compat/drop-column gone since v2\n", hidden},
      {"behind, before the semicolon",
       "DROP a -- backout:ignore compat/drop-column gone since v2\n;\n", hidden},
      {"inside", "DROP\n  -- backout:ignore compat/drop-column gone since v2\n  a;\n", hidden},
      {"block comment", "/* backout:ignore compat/drop-column gone since v2 */\nDROP a;\n", hidden},
      {"block comment on the line",
       "/* backout:ignore compat/drop-column gone since v2 */ DROP a;\n", hidden},
      {"other comments between",
       "-- backout:ignore compat/drop-column gone since v2\n-- see #12\n/* and\n#13 */\nDROP a;\n",
       hidden},
      {"windows line ends", "-- backout:ignore compat/drop-column gone since v2\r\nDROP a;\n",
       hidden},
      {"no statement's semicolon at the end",
       "-- backout:ignore compat/drop-column gone since v2\nDROP a", hidden},
      {"blank line between",
       "SELECT 1;\n-- backout:ignore compat/drop-column gone since v2\n\nDROP a;\n",
       not_hidden_and_unused},
      {"before another statement",
       "-- backout:ignore compat/drop-column gone since v2\nSELECT 1;\nDROP a;\n",
       not_hidden_and_unused},
      {"line after", "DROP a;\n-- backout:ignore compat/drop-column gone since v2\n",
       not_hidden_and_unused},
      {"only the next one",
       "-- backout:ignore compat/drop-column gone since v2\nDROP a;\nDROP b;\n",
       {"compat/drop-column"}},
      {"only the last on the line",
       "DROP a; DROP b; -- backout:ignore compat/drop-column gone since v2\n",
       {"compat/drop-column"}},
  };
  for (const auto& expected : cases) {
    File file(expected.text);
    const auto ignores = file.apply();
    EXPECT_EQ(file.rules(), expected.left) << expected.name;
    const bool unused = std::find(expected.left.begin(), expected.left.end(),
                                  "hygiene/ignore-unused") != expected.left.end();
    EXPECT_EQ(ignores.empty(), unused) << expected.name;
  }
}

TEST(Suppress, ListsWhatIsIgnoredAndWhy) {
  File file(
      "-- backout:ignore compat/drop-column, compat/drop-table: nothing reads it since v1.4\nDROP "
      "a;\n");
  const auto ignores = file.apply();
  ASSERT_EQ(ignores.size(), 1U);
  EXPECT_EQ(ignores[0].rule, "compat/drop-column");
  EXPECT_EQ(ignores[0].reason, "nothing reads it since v1.4");
  ASSERT_EQ(ignores[0].hidden.size(), 1U);
  EXPECT_EQ(ignores[0].hidden[0].name, "DROP a");
  ASSERT_EQ(file.findings.size(), 1U);  // the other rule of the comment hides nothing
  EXPECT_EQ(file.findings[0].message, "ignore of `compat/drop-table` hides nothing");
}

TEST(Suppress, ComplainsAboutCommentsThatDoNotWork) {
  struct {
    const char* text;
    const char* rule;
    const char* message;
  } const cases[] = {
      {"-- backout:ignore compat/drop-colum gone\nDROP a;", "hygiene/ignore-unknown-rule",
       "ignore comment names `compat/drop-colum`, which is no rule, did you mean "
       "`compat/drop-column`?"},
      {"-- backout:ignore compat/* gone\nDROP a;", "hygiene/ignore-unknown-rule",
       "ignore comment names `compat/*`, which is no rule; name each rule"},
      {"-- backout:ignore\nDROP a;", "hygiene/ignore-unknown-rule",
       "ignore comment names no rule; write `-- backout:ignore RULE reason`"},
      {"-- backout:ignor compat/drop-column gone\nDROP a;", "hygiene/ignore-unknown-rule",
       "`backout:ignor` is no directive; ignore comments read `-- backout:ignore RULE reason`"},
      {"-- backout:ignore compat/drop-column\nDROP a;", "hygiene/ignore-without-reason",
       "ignore of `compat/drop-column` gives no reason and has no effect; write `-- backout:ignore "
       "RULE reason`"},
      {"-- backout:ignore compat/drop-column -- ...\nDROP a;", "hygiene/ignore-without-reason",
       "ignore of `compat/drop-column` gives no reason and has no effect; write `-- backout:ignore "
       "RULE reason`"},
      {"DROP a;\n\n-- backout:ignore compat/drop-column gone\n", "hygiene/ignore-unused",
       "ignore of `compat/drop-column` belongs to no statement: put it on the line before one or "
       "behind it"},
  };
  for (const auto& expected : cases) {
    File file(expected.text);
    EXPECT_TRUE(file.apply().empty()) << expected.text;
    ASSERT_EQ(file.findings.size(), 2U) << expected.text;
    EXPECT_EQ(file.findings[0].rule, "compat/drop-column") << expected.text;
    EXPECT_EQ(file.findings[1].rule, expected.rule);
    EXPECT_EQ(file.findings[1].message, expected.message);
    EXPECT_EQ(file.findings[1].location.source, &file.source);
  }
}

TEST(Suppress, LeavesOtherCommentsAlone) {
  File file("-- see backout:ignore in the manual\n-- backout ignores this\nDROP a;\n");
  EXPECT_TRUE(file.apply().empty());
  EXPECT_EQ(file.rules(), Ids{"compat/drop-column"});
}

TEST(Suppress, HeaderCoversFindingsAboutTheFile) {
  File file("-- backout:ignore release/out-of-order-version was released by hand\n\nSELECT 1;\n");
  file.findings.push_back({"release/out-of-order-version",
                           Severity::error,
                           {"migration", "1"},
                           {&file.source, {}},
                           "late",
                           {},
                           {},
                           {}});
  EXPECT_EQ(file.apply().size(), 1U);
  EXPECT_TRUE(file.findings.empty());

  File later(
      "SELECT 1;\n-- backout:ignore release/out-of-order-version was released by hand\nSELECT "
      "2;\n");
  later.findings.push_back({"release/out-of-order-version",
                            Severity::error,
                            {"migration", "1"},
                            {&later.source, {}},
                            "late",
                            {},
                            {},
                            {}});
  EXPECT_TRUE(later.apply().empty());
  EXPECT_EQ(later.findings.size(), 2U);
}

TEST(Suppress, OtherFilesAreNotCovered) {
  File file("-- backout:ignore compat/drop-column gone\nSELECT 1;\n");
  const File other("-- nothing here\n-- nor here either, to be sure\nDROP a;\n");
  file.findings = other.findings;
  file.findings[0].statement.begin = file.script.statements[0].span.begin;
  EXPECT_TRUE(file.apply().empty());
  EXPECT_EQ(file.rules(), not_hidden_and_unused);
}

TEST(Suppress, LevelsComeFromTheConfiguration) {
  Config config;
  config.rules["hygiene"] = Severity::note;
  File file("-- backout:ignore compat/drop-column\nDROP a;\n");
  (void)file.apply(config);
  EXPECT_EQ(file.findings.back().severity, Severity::note);

  config.rules["compat/drop-table"] =
      Severity::off;  // whether it would hide something cannot be told
  File off("-- backout:ignore compat/drop-table gone\nDROP a;\n");
  (void)off.apply(config);
  EXPECT_EQ(off.rules(), Ids{"compat/drop-column"});
}

TEST(Suppress, HeapsOfCommentsStayCheap) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += "-- backout:ignore compat/drop-column gone\n";
  File file(text + "DROP a;\n");
  EXPECT_EQ(file.apply().size(), 1U);
  EXPECT_EQ(file.findings.size(), 49'999U);
}

}  // namespace
}  // namespace backout
