// File name grammars and the orders of versions, each as its tool has them.
#include <gtest/gtest.h>

#include "sql/framework/parts.h"

namespace backout::sql::framework {
namespace {

std::string describe(const std::optional<FileName>& name) {
  constexpr std::string_view roles[] = {"up", "down", "single", "repeatable", "baseline"};
  if (!name) return "-";
  std::string text(roles[static_cast<std::size_t>(name->role)]);
  text += ' ';
  text += name->version;
  if (!name->dialect.empty()) text += " " + std::string(name->dialect);
  if (name->autocommit) text += " autocommit";
  return text;
}

TEST(FrameworkNames, FollowEachToolsGrammar) {
  struct Case {
    Framework framework;
    std::string_view name, expected;
  };
  const Case cases[] = {
      {Framework::golang_migrate, "0002_1.7.0_schema.up.sql", "up 2"},
      {Framework::golang_migrate, "1_a.down.sql", "down 1"},
      {Framework::golang_migrate, "1_a.up.pgsql", "up 1"},
      {Framework::golang_migrate, "1_add.up.down.sql", "down 1"},
      {Framework::golang_migrate, "1_.up.sql", "up 1"},
      {Framework::golang_migrate, "1_a.sql", "-"},
      {Framework::golang_migrate, "a_1.up.sql", "-"},
      {Framework::golang_migrate, "18446744073709551615_a.up.sql", "up 18446744073709551615"},
      {Framework::golang_migrate, "18446744073709551616_a.up.sql", "-"},
      {Framework::goose, "00001_init.sql", "single 1"},
      {Framework::goose, "20240115180414_init.sql", "single 20240115180414"},
      {Framework::goose, "0_zero.sql", "-"},
      {Framework::goose, "1-init.sql", "-"},
      {Framework::goose, "_init.sql", "-"},
      {Framework::tern, "001_a.sql", "single 1"},
      {Framework::dbmate, "20240101000000.sql", "single 20240101000000"},
      {Framework::dbmate, "001-a.sql", "single 001"},
      {Framework::dbmate, "a.sql", "-"},
      {Framework::sqlx, "1_a.sql", "single 1"},
      {Framework::sqlx, "20240101_a.up.sql", "up 20240101"},
      {Framework::sqlx, "20240101_a.down.sql", "down 20240101"},
      {Framework::sqlx, "9223372036854775808_a.sql", "-"},
      {Framework::refinery, "V1__a.sql", "single 1"},
      {Framework::refinery, "U12__a.sql", "single 12"},
      {Framework::refinery, "V1_a.sql", "-"},
      {Framework::atlas, "20240101_a.sql", "single 20240101"},
      {Framework::atlas, "baseline.sql", "single baseline"},
      {Framework::node_pg_migrate, "1700000000000_a.sql", "single 1700000000000_a.sql"},
      {Framework::node_pg_migrate, "1700000000000-a.sql", "single 1700000000000-a.sql"},
      {Framework::node_pg_migrate, "1700000000000.sql", "-"},
      {Framework::supabase, "20240101_a.sql", "single 20240101"},
      {Framework::supabase, "20240101.sql", "-"},
      {Framework::graphile, "000001.sql", "single 1"},
      {Framework::graphile, "000001-name.sql", "single 1"},
      {Framework::graphile, "00001.sql", "-"},
      {Framework::pop, "20150100000001000000_networks.postgres.up.sql",
       "up 20150100000001000000 postgres"},
      {Framework::pop, "1_a.mysql.down.sql", "down 1 mysql"},
      {Framework::pop, "1_a.sqlite3.autocommit.up.sql", "up 1 sqlite autocommit"},
      {Framework::pop, "1_a.autocommit.up.sql", "up 1 autocommit"},
      {Framework::pop, "1_a.up.sql", "up 1"},
      {Framework::pop, "1_a.dbase.up.sql", "-"},
      {Framework::pop, "1_a.sql", "-"},
      {Framework::diesel, "2024-02-12-120203_x/up.sql", "up 20240212120203"},
      {Framework::diesel, "2024-02-12-120203-0000_x/down.sql", "down 202402121202030000"},
      {Framework::diesel, "2024_x/other.sql", "-"},
      {Framework::hasura, "1700000000000_x/up.sql", "up 1700000000000"},
      {Framework::prisma, "20240101000000_x/migration.sql", "single 20240101000000_x"},
      {Framework::prisma, "20240101000000_x/down.sql", "-"},
      {Framework::plain, "a.SQL", "single a"},
      {Framework::plain, "a.rollback.sql", "down a"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(describe(adapter_of(c.framework).name(c.name)), c.expected)
        << to_string(c.framework) << " " << c.name;
  }
}

TEST(FrameworkNames, FlywayReadsVersionsInParts) {
  struct Case {
    std::string_view name, expected;
  };
  const Case cases[] = {
      {"V1__a.sql", "single 1"},
      {"V1.0__a.sql", "single 1"},
      {"V001_002__a.sql", "single 1.2"},
      {"V1_10__a.sql", "single 1.10"},
      {"V2024.01.02.3__a.sql", "single 2024.1.2.3"},
      {"U1__a.sql", "down 1"},
      {"B3__a.sql", "baseline 3"},
      {"R__views.sql", "repeatable views"},
      {"R1__views.sql", "-"},
      {"V__a.sql", "-"},
      {"V1.__a.sql", "-"},
      {"Va__a.sql", "-"},
      {"V1__a.txt", "-"},
      {"v1__a.sql", "-"},
  };
  for (const Case& c : cases) EXPECT_EQ(describe(name_flyway(c.name, {})), c.expected) << c.name;
  FlywayNames own;
  own.versioned = "M";
  own.separator = "--";
  own.suffixes = {".ddl", ".sql"};
  EXPECT_EQ(describe(name_flyway("M7--a.ddl", own)), "single 7");
  EXPECT_EQ(describe(name_flyway("V7__a.sql", own)), "-");
}

TEST(FrameworkNames, VersionsCompareAsNumbersOfAnySize) {
  EXPECT_LT(compare_versions("9", "10"), 0);
  EXPECT_LT(compare_versions("1.9", "1.10"), 0);
  EXPECT_EQ(compare_versions("01", "1"), 0);
  EXPECT_EQ(compare_versions("1.0", "1"), 0);
  EXPECT_GT(compare_versions("1.0.1", "1"), 0);
  EXPECT_EQ(compare_versions("1_2", "1.2"), 0);
  EXPECT_LT(compare_versions("18446744073709551615", "18446744073709551616"), 0);
  EXPECT_LT(compare_versions("99999999999999999999", std::string(1000, '9')), 0);
  EXPECT_EQ(compare_versions("", "0"), 0);
}

TEST(FrameworkNames, NaturalOrderTakesDigitsAsNumbers) {
  EXPECT_LT(compare_natural("a9.sql", "a10.sql"), 0);
  EXPECT_LT(compare_natural("a", "b"), 0);
  EXPECT_LT(compare_natural("a", "a1"), 0);
  EXPECT_EQ(compare_natural("a01", "a1"), 0);
  EXPECT_LT(compare_natural("z", "\xC3\xA4"), 0);
}

TEST(FrameworkPaths, GlobsMatchFilesAndWhatLiesBelow) {
  struct Case {
    std::string_view pattern, path;
    bool expected;
  };
  for (const Case& c : {Case{"db", "db/a.sql", true},
                        {"db", "dbx/a.sql", false},
                        {"", "a.sql", true},
                        {"db/a.sql", "db/a.sql", true},
                        {"*/migrations", "x/migrations/a.sql", true},
                        {"*/migrations", "x/y/migrations/a.sql", false},
                        {"**/migrations", "x/y/migrations/a.sql", true},
                        {"**/migrations", "migrations/a.sql", true},
                        {"db/*.sql", "db/a.sql", true},
                        {"db/*.sql", "db/x/a.sql", false},
                        {"db/**/a.sql", "db/x/y/a.sql", true},
                        {"db/?.sql", "db/a.sql", true},
                        {"db/?.sql", "db/ab.sql", false},
                        {"db/[x]", "db/[x]/a.sql", true},
                        {"db/[x]", "db/x/a.sql", false}}) {
    EXPECT_EQ(matches(c.pattern, c.path), c.expected) << c.pattern << " " << c.path;
  }
  const std::string stars(100, '*');
  EXPECT_FALSE(matches("a" + stars + "b" + stars + "c", std::string(5000, 'a')));
}

}  // namespace
}  // namespace backout::sql::framework
