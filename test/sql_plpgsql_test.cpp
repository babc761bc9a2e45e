// DO blocks and function bodies: their static SQL as operations with spans into the body, and the
// names they use.
#include <gtest/gtest.h>

#include "sql/plpgsql.h"
#include "sql/plpgsql_scan.h"
#include "sql_text.h"

namespace backout::sql {
namespace {

std::string kind_of(const Operation& operation) {
  const char* const names[] = {"delete", "update",  "insert",      "call",
                               "read",   "dynamic", "transaction", "other"};
  const Action& action = operation.action;
  const int kind = std::holds_alternative<Delete>(action)               ? 0
                   : std::holds_alternative<Update>(action)             ? 1
                   : std::holds_alternative<Insert>(action)             ? 2
                   : std::holds_alternative<Call>(action)               ? 3
                   : std::holds_alternative<Read>(action)               ? 4
                   : std::holds_alternative<DynamicSql>(action)         ? 5
                   : std::holds_alternative<TransactionControl>(action) ? 6
                                                                        : 7;
  return names[kind];
}

// "delete? 'delete from t'": kind, whether conditional, the source its span covers.
std::vector<std::string> described(const std::string& sql) {
  std::vector<std::string> result;
  const Lowered found = lowered(sql);
  for (const Unparsed& unparsed : found.unparsed)
    result.push_back(
        "unparsed '" +
        sql.substr(unparsed.statement.begin, unparsed.statement.end - unparsed.statement.begin) +
        "' at '" + sql.substr(unparsed.place.begin, unparsed.place.end - unparsed.place.begin) +
        "'");
  for (const Operation& operation : found.operations)
    result.push_back(kind_of(operation) + (operation.conditional ? "?" : "") + " '" +
                     sql.substr(operation.span.begin, operation.span.end - operation.span.begin) +
                     "'");
  return result;
}

CreateFunction function(std::string language, std::string body) {
  CreateFunction result;
  result.name.name = "f";
  result.language = std::move(language);
  result.body = std::move(body);
  result.body_span = {10, 20};
  Parameter parameter;
  parameter.name = "p_id";
  result.parameters.push_back(parameter);
  return result;
}

using Lines = std::vector<std::string>;

TEST(SqlPlpgsql, StaticSqlOfDoBlocksIsFoundWhereItStands) {
  const struct {
    std::string sql;
    Lines expected;
  } cases[] = {
      {"do $$ begin delete from t; end $$", {"delete 'delete from t'"}},
      {"do $body$\n  -- note; end\nbegin\n  delete from t /* ; */ where a = 'x;y';\nend;\n$body$ "
       "language plpgsql",
       {"delete 'delete from t /* ; */ where a = 'x;y''"}},
      {"do 'begin delete from t; end'", {"delete 'delete from t'"}},
      {"do $$ begin if exists (select 1 from u) then delete from t; elsif f(1) then update t set a "
       "= 1; else insert into t values (1); end if; delete from v; end $$",
       {"delete? 'delete from t'", "call? 'f(1)'", "update? 'update t set a = 1'",
        "insert? 'insert into t values (1)'", "delete 'delete from v'"}},
      {"do $$ declare x int := 5; r record; c cursor for select a from t; begin for r in select * "
       "from u where case when a then b end loop delete from t where id = r.id; end loop; delete "
       "from v; end $$",
       {"read 'select a from t'", "read 'select * from u where case when a then b end'",
        "delete? 'delete from t where id = r.id'", "delete 'delete from v'"}},
      {"do $$ begin for i in 1..10 loop delete from t; end loop; for i in reverse 10..1 by 2 loop "
       "null; end loop; while true loop delete from u; exit when f(2); end loop; loop exit; end "
       "loop; foreach x slice 1 in array array[1] loop delete from v; end loop; end $$",
       {"delete? 'delete from t'", "delete? 'delete from u'", "call? 'f(2)'",
        "delete? 'delete from v'"}},
      {"do $$ begin delete from t; begin delete from u; exception when undefined_table or others "
       "then delete from v; end; delete from w; end $$",
       {"delete 'delete from t'", "delete? 'delete from u'", "delete? 'delete from v'",
        "delete 'delete from w'"}},
      {"do $$ begin delete from t; exception when others then raise notice 'x; %', sqlerrm; end $$",
       {"delete? 'delete from t'"}},
      {"do $$ begin case x when 1, 2 then delete from t; else delete from u; end case; case when "
       "f(1) then null; end case; end $$",
       {"delete? 'delete from t'", "delete? 'delete from u'", "call? 'f(1)'"}},
      {"do $$ <<outer>> declare begin <<inner>> begin delete from t; end inner; end outer $$",
       {"delete 'delete from t'"}},
      {"do $$ begin perform f(1), g(2); perform a from t; x := setval('s', 1); y = 3; z[1].w := "
       "h(); call p(); end $$",
       {"call 'perform f(1), g(2)'", "call 'perform f(1), g(2)'", "read 'perform a from t'",
        "call 'setval('s', 1)'", "call 'h()'", "call 'call p()'"}},
      {"do $$ begin select a, b into strict x, y.z from t where c; delete from t returning a into "
       "x; insert into u values (1) returning b into y; select 1 into r[1]; end $$",
       {"read 'select a, b into strict x, y.z from t where c'",
        "delete 'delete from t returning a into x'",
        "insert 'insert into u values (1) returning b into y'", "read 'select 1 into r[1]'"}},
      {"do $$ begin return; get diagnostics n = row_count; open c for select f(1); fetch c into x; "
       "close c; assert x > f(2); raise exception using message = 'x'; commit; end $$",
       {"call 'select f(1)'", "transaction 'commit'"}},
      {"do $$ #variable_conflict use_column\nbegin delete from t; end $$",
       {"delete 'delete from t'"}},
      {"do $$ begin create function f() returns int language sql begin atomic select 1; select "
       "case when true then 2 end; end; delete from t; end $$",
       {"other 'create function f() returns int language sql begin atomic select 1; select case "
        "when true then 2 end; end'",
        "delete 'delete from t'"}},
      {"do $$ begin delete frm t; delete from u; end $$",
       {"unparsed 'delete frm t' at 'frm'", "delete 'delete from u'"}},
  };
  for (const auto& c : cases) EXPECT_EQ(described(c.sql), c.expected) << c.sql;
}

TEST(SqlPlpgsql, ExecuteOfConstantTextIsStaticSql) {
  const struct {
    std::string execute;
    Lines expected;
  } cases[] = {
      {"execute 'delete from t'", {"delete ''delete from t''"}},
      {"execute 'delete ' || 'from t where a = ' || quote_literal('x') using 1",
       {"delete ''delete ' || 'from t where a = ' || quote_literal('x')'"}},
      {"execute format('delete from %I.%I where a = %L and b like ''x%%''', 's', 'T', 'y') into x",
       {"delete 'format('delete from %I.%I where a = %L and b like ''x%%''', 's', 'T', 'y')'"}},
      {"execute $q$delete from t; update t set a = 1$q$",
       {"delete '$q$delete from t; update t set a = 1$q$'",
        "update '$q$delete from t; update t set a = 1$q$'"}},
      {"execute 'do $i$ begin delete from t; end $i$'",
       {"delete ''do $i$ begin delete from t; end $i$''"}},
      {"execute 'delete from ' || name", {"dynamic ''delete from ' || name'"}},
      {"execute format('delete from %I', name)", {"dynamic 'format('delete from %I', name)'"}},
      {"execute sql", {"dynamic 'sql'"}},
      {"for r in execute 'select f()' loop null; end loop", {"call ''select f()''"}},
      {"return query execute 'delete from t returning *' using x",
       {"delete ''delete from t returning *''"}},
  };
  for (const auto& c : cases)
    EXPECT_EQ(described("do $$ begin " + c.execute + "; end $$"), c.expected) << c.execute;
  const Operation operation =
      lowered("do $$ begin execute format('delete from %I.%I', 's', 'T'); end $$").operations.at(0);
  EXPECT_EQ(std::get<Delete>(operation.action).table, (QualifiedName{"s", "T"}));
}

TEST(SqlPlpgsql, WhatIsNotReadIsNotPassed) {
  EXPECT_EQ(described("do language plperl $$ spi_exec_query(1) $$"),
            (Lines{"dynamic 'do language plperl $$ spi_exec_query(1) $$'"}));
  const std::string whole = "do $$ begin if a then delete from t; end $$";
  EXPECT_EQ(described(whole),
            (Lines{"unparsed '" + whole + "' at '" + whole + "'", "delete? 'delete from t'"}));
  for (const char* const broken :
       {"do $$ $$", "do $$ delete from t $$", "do $$ begin delete from t; $$",
        "do $$ declare x int; $$", "do $$ end $$", "do $$ begin if x; end if; end $$"})
    EXPECT_FALSE(lowered(broken).unparsed.empty()) << broken;
}

TEST(SqlPlpgsql, BoundsHoldInsideBodies) {
  std::string chain = "1";
  for (int i = 0; i < 300'000; ++i) chain += "+1";
  const std::string brackets = std::string(5000, '(') + "1" + std::string(5000, ')');
  for (const std::string& expression : {chain, brackets}) {
    const Lowered result = lowered("do $$ begin perform " + expression + "; x := f(" + expression +
                                   "); if g(" + expression + ") then end if; end $$");
    ASSERT_EQ(result.unparsed.size(), 3U);
    EXPECT_EQ(result.unparsed[2].cause, ParseFailure::limit);
    EXPECT_TRUE(
        body_use(function("plpgsql", "begin return f(" + expression + "); end")).relations.empty());
  }
}

TEST(SqlPlpgsql, PlaceholdersInBodiesStandForNames) {
  const Source source =
      make_source("a.sql", "do $$ begin delete from ${schema}.t where a = ${x}; end $$;");
  const Script script = parse(source, {0, static_cast<std::uint32_t>(source.text.size())}, {});
  ASSERT_EQ(script.statements.size(), 1U);
  ASSERT_EQ(script.statements[0].operations.size(), 1U);
  const Operation& operation = script.statements[0].operations[0];
  EXPECT_EQ(to_string(std::get<Delete>(operation.action).table), "t");
  EXPECT_EQ(source.text.substr(operation.span.begin, 10), "delete fro");
}

TEST(SqlPlpgsql, QuotedBodiesWithEscapesPointAtTheStatement) {
  const std::string sql = "do 'begin delete from t where a = ''x''; end'";
  EXPECT_EQ(described(sql), (Lines{"delete '" + sql + "'"}));
}

TEST(SqlPlpgsql, NestingIsBounded) {
  std::string sql = "delete from t";
  for (int i = 0; i < 40; ++i) {
    const std::string tag = "$a" + std::to_string(i) + "$";
    sql = "do " + tag + " begin execute $e" + std::to_string(i) + "$" + sql + "$e" +
          std::to_string(i) + "$; end " + tag;
  }
  EXPECT_EQ(lowered(sql).unparsed.at(0).cause, ParseFailure::limit);
  std::string blocks;
  for (int i = 0; i < 50'000; ++i) blocks += "begin ";
  EXPECT_FALSE(lowered("do $$ " + blocks + " $$").unparsed.empty());
}

TEST(SqlPlpgsql, OperationsOfFunctionBodies) {
  const BodyOperations sql =
      body_operations(function("sql", "delete from t; update u set a = 1 where b = p_id"));
  EXPECT_TRUE(sql.understood);
  ASSERT_EQ(sql.operations.size(), 2U);
  EXPECT_EQ(sql.operations[0].span, (Span{10, 20}));
  const BodyOperations block =
      body_operations(function("plpgsql", "begin if p_id then delete from t; end if; end"));
  EXPECT_TRUE(block.understood);
  ASSERT_EQ(block.operations.size(), 1U);
  EXPECT_TRUE(block.operations[0].conditional);
  EXPECT_FALSE(body_operations(function("plpython3u", "plpy.execute('x')")).understood);
  EXPECT_FALSE(body_operations(function("plpgsql", "begin")).understood);
  EXPECT_FALSE(body_operations(function("sql", "delete frm t")).unparsed.empty());
}

TEST(SqlPlpgsql, NamesUsedByFunctionBodies) {
  const BodyUse use = body_use(function("plpgsql", R"(
    declare
      v_total numeric(10,2) := (select sum(amount) from payments);
      v_user users.id%TYPE;
      v_row shop.orders%ROWTYPE;
      v_state status;
    begin
      if v_total > p_id and new.kind = 'x' then
        insert into log (who, what) select v_user, o.note from shop.orders o where o.id = p_id;
        perform notify_all(v_total);
      end if;
      execute 'delete from audit';
      return new;
    end)"));
  EXPECT_TRUE(use.understood);
  EXPECT_FALSE(use.dynamic);
  EXPECT_EQ(use.relations,
            (std::vector<QualifiedName>{
                {"", "payments"}, {"", "users"}, {"shop", "orders"}, {"", "log"}, {"", "audit"}}));
  using Columns = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(use.columns, (Columns{{"", "amount"},
                                  {"users", "id"},
                                  {"new", "kind"},
                                  {"", "who"},
                                  {"", "what"},
                                  {"o", "note"},
                                  {"o", "id"},
                                  {"", "new"}}));
  EXPECT_EQ(use.functions, (std::vector<std::string>{"sum", "notify_all"}));
  ASSERT_EQ(use.types.size(), 2U);
  EXPECT_EQ(to_string(use.types[1]), "status");
  EXPECT_TRUE(body_use(function("plpgsql", "begin execute p_id; end")).dynamic);
  EXPECT_FALSE(body_use(function("c", "file")).understood);
}

TEST(SqlPlpgsql, TriggersThatOnlyFillColumns) {
  const struct {
    const char* body;
    bool only;
    std::vector<std::string> columns;
  } cases[] = {
      {"begin new.updated_at := now(); return new; end", true, {"updated_at"}},
      {"begin if NEW.\"Total\" is null then NEW.\"Total\" = new.price * 2; new.b := 1; end if; "
       "return NEW; end;",
       true,
       {"Total", "b"}},
      {"declare x int := 1; begin x := new.a; new.b := x; if tg_op = 'DELETE' then return old; end "
       "if; return new; end",
       true,
       {"b"}},
      {"begin new.a := 1; insert into log values (1); return new; end", false, {"a"}},
      {"begin new.a := 1; perform f(); return new; end", false, {"a"}},
      {"begin new.a := 1; if new.b then raise exception 'no'; end if; return new; end",
       false,
       {"a"}},
      {"begin new.a := 1; return null; end", false, {"a"}},
      {"begin new := f(new); return new; end", false, {}},
      {"begin return new; end", false, {}},
      {"begin new.a := 1; execute 'x'; return new; end", false, {"a"}},
  };
  for (const auto& c : cases) {
    const BodyUse use = body_use(function("plpgsql", c.body));
    EXPECT_EQ(use.only_assigns_new, c.only) << c.body;
    EXPECT_EQ(use.new_columns, c.columns) << c.body;
  }
}

}  // namespace
}  // namespace backout::sql
