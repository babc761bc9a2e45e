// From text to statements: splitting, places, placeholders, psql, what does not parse and why, and
// input meant to hurt.
#include <gtest/gtest.h>

#include <string>

#include "parse_sql.h"
#include "sql/parse.h"

namespace backout::sql {
namespace {

std::string repeat(std::string_view text, std::size_t count) {
  std::string out;
  out.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

TEST(SqlParse, StatementsHaveTheirPlaces) {
  const std::string text = "-- one\ncreate table a (x int);\r\n/* two */ drop table b -- c\n;\n\n;";
  const Script script = parse_sql(text);
  ASSERT_EQ(script.statements.size(), 2U);
  EXPECT_EQ(script.statement_count, 2U);
  const auto place = [&](Span span) { return text.substr(span.begin, span.end - span.begin); };
  EXPECT_EQ(place(script.statements[0].span), "create table a (x int)");
  EXPECT_EQ(place(script.statements[1].span), "drop table b");
  ASSERT_EQ(script.comments.size(), 3U);
  EXPECT_EQ(place(script.comments[2].span), "-- c");
  EXPECT_FALSE(script.substituted);
  EXPECT_FALSE(script.stepped_over);
}

TEST(SqlParse, OneSectionOfAFile) {
  const std::string text = "drop table a; drop table b; drop table c";
  const Source source{"x.sql", text, 0};
  const Script script = parse(source, {14, 27}, {});
  ASSERT_EQ(script.statements.size(), 1U);
  EXPECT_EQ(script.statements[0].span, (Span{14, 26}));
  EXPECT_TRUE(parse(source, {100, 90}, {}).statements.empty());
}

TEST(SqlParse, ABadStatementCostsItselfAlone) {
  const std::string text =
      "drop table a; drop column b; drop table c;\ncreate tabel x (); drop table d";
  EXPECT_EQ(operations_of(text),
            "drop table a\ndrop table c\ndrop table d\n"
            "! broken: syntax error at or near \"column\"\n"
            "! broken: syntax error at or near \"tabel\"");
  const Script script = parse_sql(text);
  EXPECT_EQ(script.statement_count, 5U);
  ASSERT_EQ(script.unparsed.size(), 2U);
  const auto place = [&](Span span) { return text.substr(span.begin, span.end - span.begin); };
  EXPECT_EQ(place(script.unparsed[0].statement), "drop column b");
  EXPECT_EQ(place(script.unparsed[0].place), "column");
  EXPECT_EQ(place(script.unparsed[1].place), "tabel");
}

TEST(SqlParse, PlacesCountBytesNotCharacters) {
  const std::string text = "select 'äöü€😀' from; drop table é";
  const Script script = parse_sql(text);
  ASSERT_EQ(script.unparsed.size(), 1U);
  EXPECT_EQ(text.substr(script.unparsed[0].place.begin, 4), "from");
  ASSERT_EQ(script.statements.size(), 1U);
  EXPECT_EQ(std::get<Drop>(script.statements[0].operations[0].action).name.name, "é");
}

TEST(SqlParse, ManyStatementsComeOutTheSameWithABadOneAmongThem) {
  std::string good;
  for (int i = 0; i < 3000; ++i) good += "alter table t" + std::to_string(i) + " add c int; -- x\n";
  const std::string alone = operations_of(good);
  const std::string with_bad = operations_of("bad;" + good + "bad;");
  EXPECT_EQ(
      with_bad,
      alone +
          "\n! broken: syntax error at or near \"bad\"\n! broken: syntax error at or near \"bad\"");
}

TEST(SqlParse, WhyAStatementDidNotParse) {
  expect_operations({
      {"select * from (select 1)", "! newer: PostgreSQL 16: sub-query in FROM without an alias"},
      {"alter table t add constraint c not null a not valid",
       "! newer: PostgreSQL 18: named NOT NULL constraint"},
      {"alter table t add not null a", "! newer: PostgreSQL 18: NOT NULL as a table constraint"},
      {"create table t (a int, constraint c not null a)",
       "! newer: PostgreSQL 18: named NOT NULL constraint"},
      {"create table t (a int, b int generated always as (a + 1))",
       "! newer: PostgreSQL 18: virtual generated column"},
      {"create table t (a int, b int generated always as (a + 1) virtual)",
       "! newer: PostgreSQL 18: virtual generated column"},
      {"alter table t add check (a > 0) not enforced",
       "! newer: PostgreSQL 18: NOT ENFORCED constraint"},
      {"create table t (a int, b tsrange, primary key (a, b without overlaps))",
       "! newer: PostgreSQL 18: WITHOUT OVERLAPS key"},
      {"alter table t add foreign key (a, period b) references u (a, period b)",
       "! newer: PostgreSQL 18: PERIOD in a foreign key"},
      {"alter table t alter a set expression as (b + 1)",
       "! newer: PostgreSQL 17: ALTER COLUMN … SET EXPRESSION"},
      {"merge into t using u on t.a = u.a when not matched by source then delete",
       "! newer: PostgreSQL 17: MERGE … WHEN NOT MATCHED BY SOURCE"},
      {"merge into t using u on t.a = u.a when matched then delete returning t.a",
       "! newer: PostgreSQL 17: MERGE … RETURNING"},
      {"select * from json_table(x, '$' columns (a int path '$.a'))",
       "! newer: PostgreSQL 17: SQL/JSON functions"},
      {"select 1_000, 0xff", "! newer: PostgreSQL 16: underscores in numbers"},
      {"repack t", "! newer: PostgreSQL 19: REPACK"},
      {"alter table t merge partitions (a, b) into c", "! newer: PostgreSQL 19: MERGE PARTITIONS"},
      // only when nothing else is wrong
      {"alter table t add constraint c not null a, drop colum b",
       "! broken: syntax error at or near \"not\""},
      {"create tabel t (a int, constraint c not null a)",
       "! broken: syntax error at or near \"tabel\""},
      {"select 'open", "! broken: unterminated quoted string at or near \"'open\""},
      {"select \"open", "! broken: unterminated quoted identifier at or near \"\"open\""},
      {"select $a$open", "! broken: unterminated dollar-quoted string at or near \"$a$open\""},
      {"/* open", "! broken: unterminated /* comment"},
      {"select %s",
       "! placeholder: a placeholder decides what stands here: syntax error at or near \"%\""},
      {"select * from @schema@.t",
       "! placeholder: a placeholder decides what stands here: syntax error at or near \"@\""},
      {"alter table :table add a int",
       "! placeholder: a placeholder decides what stands here: syntax error at or near \":\""},
  });
}

TEST(SqlParse, PlaceholdersStandForNames) {
  expect_operations({
      // a schema that is not known: the name alone
      {"create table ${schema}.users (a int); drop table \"${schema}\".users",
       "create table users (a integer)\ndrop table users"},
      {"alter table {{ index .Options \"Namespace\" }}.users add a int references {{index .Options "
       "\"Namespace\"}}.b",
       "add column users.a integer (foreign key (a) -> b)"},
      {"drop index \"{{ index .Options \"Namespace\" }}\".i; drop table t",
       "drop index i\ndrop table t"},
      {"comment on table {{ .S }}.t is 'x'; drop function {{ .S }}.f(int); create type {{ .S }}.e "
       "as enum ('a')",
       "comment table t\ndrop function f(integer)\ncreate enum e (a)"},
      {"create table ${prefix}_users (#{column} int)",
       "create table ${prefix}_users (#{column} integer)"},
      {"grant select on t to ${role}", "grant (select) table t roles(${role})"},
      {"set search_path = '${x}'", "set search_path value=${x}"},
      {"alter table t add a int default ${n}", "add column t.a integer default=${n}"},
      {"{{/* words */}} drop table a; {{ $x := 1 }} drop table b", "drop table a\ndrop table b"},
      {"${maybe} drop table a; drop table b",
       "drop table b\n! placeholder: a placeholder decides what stands here: syntax error at or "
       "near \"${maybe}\""},
      {"${all}; drop table b",
       "drop table b\n! placeholder: a placeholder decides what stands here: syntax error at or "
       "near \"${all}\""},
      {"{{ template \"x\" . }}\ndrop table b",
       "drop table b\n! placeholder: a template decides the text of this statement"},
      {"drop table a {{ if .C }} cascade {{ end }}; drop table b",
       "drop table b\n! placeholder: a template decides the text of this statement"},
  });
}

TEST(SqlParse, WhatATemplateMayLeaveOutIsConditional) {
  const Script script = parse_sql(
      "drop table a; {{ if .X }} drop table b; {{ end }} drop table c;\n\\if x\ndrop table "
      "d;\n\\endif\ndrop table e");
  ASSERT_EQ(script.statements.size(), 5U);
  std::string conditional;
  for (const Statement& statement : script.statements)
    conditional += statement.operations.at(0).conditional ? 'y' : 'n';
  EXPECT_EQ(conditional, "nynyn");
}

TEST(SqlParse, PlaceholdersKeepPlaces) {
  const std::string text = "drop table ${some_schema}.a; drop tabel b; drop table c";
  const Script script = parse_sql(text);
  EXPECT_TRUE(script.substituted);
  const auto place = [&](Span span) { return text.substr(span.begin, span.end - span.begin); };
  ASSERT_EQ(script.statements.size(), 2U);
  EXPECT_EQ(place(script.statements[0].span), "drop table ${some_schema}.a");
  ASSERT_EQ(script.unparsed.size(), 1U);
  EXPECT_EQ(place(script.unparsed[0].place), "tabel");
}

TEST(SqlParse, PlaceholdersCanBeTurnedOff) {
  ParseOptions options;
  options.placeholders = Placeholders::none;
  EXPECT_EQ(operations_of("drop table ${a}", options),
            "! placeholder: a placeholder decides what stands here: syntax error at or near \"$\"");
  EXPECT_FALSE(parse_sql("select '${a}'", options).substituted);
  EXPECT_FALSE(parse_sql("select '${a}'").substituted);  // in quotes nothing needs to be replaced
}

TEST(SqlParse, Psql) {
  const std::string text =
      "\\set ON_ERROR_STOP on\ncopy t (a) from stdin;\n1\t'x\n\\.\nalter table t add a "
      "int;\nselect :'v' \\gset\n";
  EXPECT_EQ(operations_of(text).substr(0, 45), "copy t (a) from stdin\nadd column t.a integer\n");
  EXPECT_TRUE(parse_sql(text).stepped_over);
  ParseOptions psql;
  psql.psql = true;
  EXPECT_EQ(operations_of(
                "drop table :schema.t; drop table :\"schema\".u; alter table :t add a int", psql),
            "drop table t\ndrop table u\nadd column :t.a integer");
  EXPECT_EQ(operations_of("select a::int, b[1:2]", psql), "read");
}

TEST(SqlParse, TextThatIsNoSql) {
  expect_operations({
      {"", ""},
      {"\n\r\n \t", ""},
      {"-- nothing", ""},
      {";;;", ""},
      {std::string_view("drop table a\0; drop table b", 27),
       "drop table b\n! broken: a NUL byte in the statement"},
      {std::string_view("-- \0\ndrop table a; drop table b", 31), "drop table a\ndrop table b"},
      {"drop table \xff; drop table b",
       "drop table b\n! broken: bytes that are no UTF-8 in the statement"},
      {"-- \xff\ndrop table a; drop table b", "drop table a\ndrop table b"},
      {"drop table a;\rdrop table b;\r", "drop table a\ndrop table b"},
      {"drop table a -- x\r, b", "drop table a\ndrop table b"},
      {std::string_view("d\0r\0o\0p\0", 8), "! broken: a NUL byte in the statement"},
      {"\xef\xbb\xbf", "! broken: syntax error at or near \"\xef\xbb\xbf\""},
  });
}

TEST(SqlParse, NamesThatAreCutInTheMiddleOfACharacter) {
  const std::string name = "a" + repeat("é", 40);  // 81 bytes; the parser cuts at 63
  const std::string out = operations_of("drop table " + name + "; drop table \"" + name + "\"");
  EXPECT_EQ(out, "drop table a" + repeat("é", 31) + "\ndrop table a" + repeat("é", 31));
}

// Each of these must end soon, whatever it says.
TEST(SqlParse, InputMeantToHurt) {
  const struct {
    const char* what;
    std::string text;
  } cases[] = {
      {"brackets", "select " + repeat("(", 200'000) + "1" + repeat(")", 200'000)},
      {"open brackets", "select " + repeat("(", 200'000)},
      {"square brackets", "select a" + repeat("[", 200'000)},
      {"closing brackets", "select " + repeat(")", 200'000)},
      {"additions", "select 1" + repeat("+1", 1'000'000)},
      {"ands", "select 1" + repeat(" and a = 1", 100'000)},
      {"unions", "select 1" + repeat(" union select 1", 10'000)},
      {"many unions", "select 1" + repeat(" union all select 1, 2", 200'000)},
      {"joins", "select * from a" + repeat(" join b on true", 100'000)},
      {"commas joins", "select * from a" + repeat(" join b using (a, b)", 100'000)},
      {"nots", "select " + repeat("not ", 200'000) + "a"},
      {"minuses", "select " + repeat("- ", 200'000) + "1"},
      {"casts", "select a" + repeat("::int", 200'000)},
      {"is null", "select a" + repeat(" is null", 200'000)},
      {"collate", "select a" + repeat(" collate \"C\"", 200'000)},
      {"cases", "select " + repeat("case when a then ", 100'000) + "1" + repeat(" end", 100'000)},
      {"sub-queries", repeat("select (", 100'000) + "1" + repeat(")", 100'000)},
      {"sub-queries in from",
       repeat("select * from (", 10'000) + "select 1" + repeat(") a", 10'000)},
      {"arrays", "select " + repeat("array[", 100'000) + "1" + repeat("]", 100'000)},
      {"dimensions", "create table t (a int" + repeat("[]", 200'000) + ")"},
      {"names", "select a" + repeat(".b", 200'000)},
      {"columns", "create table t (a int" + repeat(", a int", 100'000) + ")"},
      {"rows", "insert into t values (1, -1)" + repeat(", (1, -1)", 200'000)},
      {"comments", repeat("/*", 500'000)},
      {"quotes", repeat("'", 500'001)},
      {"dollars", repeat("$a$ $b$ ", 100'000)},
      {"unclosed dollars", repeat("$a", 300'000)},
      {"braces", repeat("{{", 300'000)},
      {"placeholders", repeat("${a} ", 100'000)},
      {"different placeholders",
       [] {
         std::string text = "select a";
         for (int i = 0; i < 20'000; ++i) text += ", ${p" + std::to_string(i) + "}";
         return text;
       }()},
      {"semicolons", repeat(";", 1'000'000)},
      {"backslashes", repeat("\\", 300'000)},
      {"meta-commands", repeat("\\x\n", 100'000)},
      {"copies without an end", repeat("copy t from stdin;\n", 20'000)},
      {"atomic bodies", repeat("create function f() returns int begin atomic ", 20'000)},
      {"bad statements", repeat("bad;", 20'000)},
      {"unbalanced statements", repeat("select (;", 20'000)},
      {"long name", "select " + repeat("a", 5'000'000)},
      {"operators", "select 1 " + repeat("<", 100'000) + " 2"},
      {"roles", "grant a to b" + repeat(", b", 100'000)},
      {"with", "with a as (select 1)" + repeat(", a as (select 1)", 20'000) + " select 1"},
      {"likes", "select a" + repeat(" || a", 100'000)},
  };
  for (const auto& c : cases) {
    const Script script = parse_sql(c.text);
    EXPECT_GE(script.statements.size() + script.unparsed.size(), script.statement_count) << c.what;
  }
}

TEST(SqlParse, BoundsAreReported) {
  const struct {
    std::string text;
    std::string_view message;
  } cases[] = {
      {"select " + repeat("(", 200'000) + "1" + repeat(")", 200'000), "the limit `nesting` is"},
      {"select 1" + repeat("+1", 1'000'000), "the limit `terms` is"},
  };
  for (const auto& c : cases) {
    const Script script = parse_sql(c.text + "; drop table b");
    ASSERT_EQ(script.unparsed.size(), 1U);
    EXPECT_EQ(script.unparsed[0].cause, ParseFailure::limit);
    EXPECT_NE(script.unparsed[0].message.find(c.message), std::string::npos)
        << script.unparsed[0].message;
    EXPECT_EQ(script.statements.size(), 1U);
  }
  ParseOptions options;
  options.limits.statement_bytes = 20;
  options.limits.statements = 2;
  EXPECT_EQ(operations_of("drop table aaaaaaaaaaaaaaaaaaaaa; drop table b; drop table c", options),
            "drop table b\n! limit: statement of 32 bytes; the limit `statement_bytes` is 20\n"
            "! limit: more statements than the limit `statements` (2) allows");
}

TEST(SqlParse, LongChainsWithinTheBoundsAreRead) {
  EXPECT_EQ(operations_of("select 1" + repeat(" union select 1", 9'000)), "read");
  EXPECT_EQ(operations_of("create view v as select 1" + repeat("+1", 9'000)), "create view v");
  EXPECT_EQ(
      operations_of("alter table t add a int check (a = 1" + repeat(" or a = 1", 50'000) + ")")
          .substr(0, 40),
      "add column t.a integer (check (a) if=(a ");
}

}  // namespace
}  // namespace backout::sql
