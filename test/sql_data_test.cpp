// Statements that write rows, as operations: what they overwrite or delete, and whether that is
// everything.
#include <gtest/gtest.h>

#include "sql_text.h"

namespace backout::sql {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

std::string words(const std::vector<Assignment>& assignments) {
  std::string text;
  for (const Assignment& a : assignments)
    text += " " + a.column +
            (a.constant            ? "=constant"
             : a.depends_on_column ? "=depends"
                                   : "=other");
  return text;
}

std::string describe(const Operation& operation) {
  return std::visit(
      Overloaded{
          [](const Delete& d) {
            return "delete " + to_string(d.table) + (d.everything ? " all" : "") +
                   (d.returned ? " returned" : "");
          },
          [](const Update& u) {
            return "update " + to_string(u.table) + words(u.assignments) +
                   (u.everything ? " all" : "") + (u.on_conflict ? " on conflict" : "") +
                   (u.where ? " where " + to_text(*u.where) : "");
          },
          [](const Insert& i) {
            std::string text = "insert " + to_string(i.table);
            for (const std::string& column : i.columns) text += " " + column;
            if (i.from_query) text += " from";
            for (const QualifiedName& source : i.sources) text += " " + to_string(source);
            return text;
          },
          [](const Merge& m) {
            return "merge " + to_string(m.table) + words(m.assignments) +
                   (m.deletes ? " deletes" : "");
          },
          [](const Truncate& t) {
            std::string text = "truncate";
            for (const QualifiedName& table : t.tables) text += " " + to_string(table);
            return text + (t.cascade ? " cascade" : "") + (t.restart_identity ? " restart" : "");
          },
          [](const Copy& c) {
            return "copy " + to_string(c.table) + (c.from ? " from" : " to") +
                   (c.from_stdin ? " stdin" : "");
          },
          [](const Call& c) {
            std::string text = "call " + to_string(c.function);
            for (const ExprPtr& argument : c.arguments) text += " " + to_text(*argument);
            return text;
          },
          [](const SetVariable& s) {
            std::string text = "set " + s.name + (s.local ? " local" : "");
            for (const std::string& value : s.values) text += " [" + value + "]";
            return text;
          },
          [](const CreateTable& c) {
            return "create " + to_string(c.name) + (c.temporary ? " temporary" : "") +
                   (c.as_query ? " as" : "");
          },
          [](const DynamicSql& d) { return "dynamic " + d.text; },
          [](const Other& o) { return "other " + o.node; },
          [](const Read&) { return std::string("read"); },
          [](const auto&) { return std::string("something else"); },
      },
      operation.action);
}

TEST(SqlData, StatementsBecomeOperations) {
  const struct {
    const char* sql;
    std::vector<std::string> expected;
  } cases[] = {
      {"delete from t", {"delete t all"}},
      {"delete from s.t where true", {"delete s.t all"}},
      {"delete from t where 1=1 and true", {"delete t all"}},
      {"delete from t where a or 1 = 1", {"delete t all"}},
      {"delete from t using u", {"delete t all"}},
      {"delete from t using u where t.a = u.a", {"delete t"}},
      {"delete from t where 1 = 2", {"delete t"}},
      {"delete from t where a = a", {"delete t"}},
      {"delete from t returning *", {"delete t all"}},
      {"with m as (delete from t returning *) insert into u select * from m",
       {"delete t all returned", "insert u from t"}},
      {"with m as (delete from t where a) select 1 from x", {"delete t", "read"}},
      {"insert into t (a, b) values (1, 2), (3, default)", {"insert t a b"}},
      {"insert into t default values", {"insert t"}},
      {"insert into t select x.* from s.u x join v using (k)", {"insert t from s.u v"}},
      {"with w as (select 1 from u) insert into t select * from w", {"insert t from u"}},
      {"insert into t (a) values (1) on conflict do nothing", {"insert t a"}},
      {"insert into t (a, b) values (1, 2) on conflict (a) do update set b = excluded.b, c = 1, d "
       "= t.d + 1 where t.e is null",
       {"insert t a b", "update t b=other c=constant d=depends on conflict where e IS NULL"}},
      {"update t set a = 1, b = now(), c = null, d = default, e = 'x' || 'y'",
       {"update t a=constant b=constant c=constant d=constant e=constant all"}},
      {"update t set a = b, c = c + 1, d = random(), e = f(1) where g is null",
       {"update t a=depends c=depends d=other e=other where g IS NULL"}},
      {"update t x set a = y.a, b = x.b, c = d from y where x.id = y.id",
       {"update t a=other b=depends c=depends where id = id"}},
      {"update t set (a, b) = (1, c), (d, e) = (select x, y from u where u.id = t.id)",
       {"update t a=constant b=depends d=depends e=depends all"}},
      {"update t set a = (select max(x) from u), b = (select max(x) from u where u.k = t.k)",
       {"update t a=other b=depends all"}},
      {"update t set a[1] = 2, c.d = 3", {"update t a=depends c=depends all"}},
      {"merge into t using s on t.id = s.id when matched and t.x > 1 then delete when matched then "
       "update set a = s.a, b = t.b + 1, c = 0 when not matched then insert (a) values (1)",
       {"merge t a=other b=depends c=constant deletes"}},
      {"truncate a, only s.b restart identity cascade", {"truncate a s.b cascade restart"}},
      {"truncate table a", {"truncate a"}},
      {"copy t (a, b) from stdin", {"copy t from stdin"}},
      {"copy t from '/x'", {"copy t from"}},
      {"copy t to stdout", {"copy t to"}},
      {"copy (delete from t returning *) to stdout", {"delete t all"}},
      {"select 1", {"read"}},
      {"select count(*), lower(a), now() from t", {"read"}},
      {"values (1)", {"read"}},
      {"select pg_catalog.setval('s', 5, true)", {"call setval 's' 5 true"}},
      {"select * from shop.rebuild('x')", {"call shop.rebuild 'x'"}},
      {"select case when a then create_hypertable('t') end from u", {"call create_hypertable 't'"}},
      {"select set_config('search_path', 'a, \"b\"', false)", {"set search_path [a] [b]"}},
      {"select pg_catalog.set_config('search_path', '', false)", {"set search_path"}},
      {"select set_config('x.y', '1', true)", {"set x.y local [1]"}},
      {"select set_config(a, '1', true) from t", {"call set_config a '1' true"}},
      {"call p(1, 'x')", {"call p 1 'x'"}},
      {"select a into u from t", {"create u as"}},
      {"select a into temp u from t", {"create u temporary as"}},
      {"explain delete from t", {"read"}},
      {"explain analyze delete from t", {"delete t all"}},
      {"execute plan", {"dynamic plan"}},
      {"with w as (update t set a = 1 returning *), v as (insert into u select * from w returning "
       "*) select * from v",
       {"update t a=constant all", "insert u from t", "read"}},
  };
  for (const auto& c : cases) {
    std::vector<std::string> found;
    for (const Operation& operation : lowered(c.sql).operations)
      found.push_back(describe(operation));
    EXPECT_EQ(found, c.expected) << c.sql;
  }
}

TEST(SqlData, EveryCallOfASelectIsSeen) {
  const Lowered result = lowered("select setval('s', (select max(id) from t)), f(1, 'x')");
  ASSERT_EQ(result.operations.size(), 2U);
  const Call& first = std::get<Call>(result.operations[0].action);
  EXPECT_EQ(first.function.name, "setval");
  EXPECT_EQ(first.arguments.size(), 2U);
  EXPECT_EQ(describe(result.operations[1]), "call f 1 'x'");
}

TEST(SqlData, RowsOfInsertAreNotRead) {
  std::string sql = "insert into t (a, b) values ";
  for (int i = 0; i < 20'000; ++i) sql += (i == 0 ? "" : ",") + std::string("(1, f('x'))");
  EXPECT_EQ(lowered(sql).operations.size(), 1U);
}

}  // namespace
}  // namespace backout::sql
