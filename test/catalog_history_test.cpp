// What the catalog makes of statements beyond the final schema: whether the history is complete,
// and what a migration's own functions do when it calls them.
#include <gtest/gtest.h>

#include "core/source.h"
#include "parse_sql.h"
#include "sql/catalog.h"

namespace backout::sql {
namespace {

// Every statement in one change.
Catalog after(std::string_view text) {
  const Source source = make_source("test.sql", std::string(text));
  const Script script = parse_sql(text);
  EXPECT_TRUE(script.unparsed.empty()) << text;
  Catalog catalog;
  for (const Statement& statement : script.statements)
    for (const Operation& operation : statement.operations)
      catalog.apply(operation, {&source, statement.span, operation.span, operation.conditional});
  return catalog;
}

TEST(CatalogHistory, IsCompleteUntilAStatementNamesWhatNoneCreated) {
  const struct {
    std::string sql;
    bool complete;
  } cases[] = {
      {"create table t (a int); alter table t drop column a", true},
      {"drop table if exists t; alter table if exists t drop column a", true},
      {"alter table t add a int", false},
      {"create table t (a int); alter table t drop column b", false},
      {"drop index i", false},
      {"do $$ begin if exists (select from x) then drop table t; end if; end $$", true},
      // made by the migration tool itself
      {"alter table schema_migrations add a int", true},
      {"alter table flyway_schema_history drop column a, add b int; drop table goose_db_version",
       true},
  };
  for (const auto& c : cases) EXPECT_EQ(after(c.sql).complete(), c.complete) << c.sql;
}

TEST(CatalogHistory, CallsRunTheMigrationsOwnFunctions) {
  const std::string body = " language plpgsql as $$ begin create table t (a int); end $$;";
  const struct {
    std::string sql;
    bool created;
  } cases[] = {
      {"create function f() returns void" + body, false},
      {"create function f() returns void" + body + "select f()", true},
      {"create function f() returns void" + body + "do $d$ begin perform f(); end $d$", true},
      {"create procedure f()" + body + "call f()", true},
      {"create function f(n int, m int default 1) returns void" + body + "select f(1)", true},
      {"create function f(n int) returns void" + body + "select f(1, 2)", false},
      {"create function f() returns void language plpgsql as $$ begin perform g(); end $$;"
       "create function g() returns void language sql as $$ select f(); create table t (a int) $$;"
       "select f()",
       true},
      {"create function f() returns void language sql as $$ drop function f(); create table t (a "
       "int) $$; select f()",
       true},
      {"create function f() returns void language sql as $$ select 1 $$; select f();"
       "create or replace function f() returns void" +
           body + "select f()",
       true},
  };
  for (const auto& c : cases)
    EXPECT_EQ(after(c.sql).tables.find("public.t") != nullptr, c.created) << c.sql;
}

}  // namespace
}  // namespace backout::sql
