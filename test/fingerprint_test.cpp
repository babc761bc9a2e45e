// Fingerprints survive moves and restyling, and tell different findings apart.
#include "core/fingerprint.h"

#include <gtest/gtest.h>

#include <set>

namespace backout {
namespace {

TEST(Fingerprint, StatementHashFoldsStyle) {
  const std::string_view same[] = {
      "ALTER TABLE orders DROP COLUMN total",
      "alter table ORDERS\n\tdrop column total",
      "ALTER TABLE orders -- first this\n  DROP COLUMN total",
      "ALTER TABLE orders/* /* nested */ */DROP COLUMN total",
      "ALTER TABLE orders DROP\r\nCOLUMN total  ",
  };
  for (const std::string_view statement : same)
    EXPECT_EQ(statement_hash(statement), statement_hash(same[0])) << statement;
  EXPECT_EQ(statement_hash("CHECK (a >= 0)"), statement_hash("check( a>=0 )"));
  EXPECT_EQ(statement_hash(R"(SELECT E'it\'s' AS A)"), statement_hash(R"(select e'it\'s' as a)"));
}

TEST(Fingerprint, StatementHashKeepsMeaning) {
  const std::string_view different[] = {
      "DROP TABLE ab",
      "DROP TABLE a b",
      "DROP TABLE \"ab\"",
      "DROP TABLE \"AB\"",
      "SELECT 'a  b'",
      "SELECT 'a b'",
      "SELECT 'A b'",
      "SELECT '-- x'",
      "SELECT '",
      "SELECT",
      "",
  };
  std::set<std::uint64_t> hashes;
  for (const std::string_view statement : different)
    EXPECT_TRUE(hashes.insert(statement_hash(statement)).second) << statement;
}

Finding finding(const Source& source, std::string_view statement, std::string_view rule,
                std::string object) {
  const auto begin = static_cast<std::uint32_t>(source.text.find(statement));
  const Span span{begin, begin + static_cast<std::uint32_t>(statement.size())};
  return {
      rule, Severity::error, {"column", std::move(object)}, {&source, span}, "message", {}, span,
      {}};
}

TEST(Fingerprint, StaysWhenStatementsMove) {
  const Source before{"db/0007_x.sql", "ALTER TABLE a DROP COLUMN b;\n", 0};
  const Source after{"db/0008_x.sql", "-- now later\n\n\nalter table a  drop column b;\n", 0};
  std::vector<Finding> first{
      finding(before, "ALTER TABLE a DROP COLUMN b", "compat/drop-column", "public.a.b")};
  std::vector<Finding> second{
      finding(after, "alter table a  drop column b", "compat/drop-column", "public.a.b")};
  set_fingerprints(first);
  set_fingerprints(second);
  EXPECT_EQ(first[0].fingerprint.size(), 16U);
  EXPECT_EQ(first[0].fingerprint, second[0].fingerprint);
}

TEST(Fingerprint, TellsFindingsApart) {
  const Source source{"db/1.sql", "DROP TABLE a;\nDROP TABLE b;\nDROP TABLE a;\n", 0};
  std::vector<Finding> findings{
      finding(source, "DROP TABLE a", "compat/drop-table", "public.a"),
      finding(source, "DROP TABLE b", "compat/drop-table", "public.b"),
      finding(source, "DROP TABLE a", "data-loss/other", "public.a"),
      finding(source, "DROP TABLE a", "compat/drop-table", "public.a"),
      {"release/duplicate-version",
       Severity::error,
       {"migration", "x"},
       {&source, {}},
       "m",
       {},
       {},
       {}},
      {"release/duplicate-version", Severity::error, {"migration", "x"}, {}, "m", {}, {}, {}},
  };
  set_fingerprints(findings);
  std::set<std::string> seen;
  for (const Finding& one : findings) EXPECT_TRUE(seen.insert(one.fingerprint).second) << one.rule;
}

TEST(Fingerprint, ReadsAStatementOnceHoweverManyFindings) {
  Source source{"db/1.sql", "DO $$ BEGIN " + std::string(1 << 20, 'x') + " END $$", 0};
  const Span whole{0, static_cast<std::uint32_t>(source.text.size())};
  std::vector<Finding> findings(20'000, {"compat/drop-column",
                                         Severity::error,
                                         {"column", "a.b"},
                                         {&source, whole},
                                         "m",
                                         {},
                                         whole,
                                         {}});
  set_fingerprints(findings);  // 20 GB to hash, were it done for each
  EXPECT_NE(findings.front().fingerprint, findings.back().fingerprint);
}

}  // namespace
}  // namespace backout
