// The shape of queries: outputs, FROM items, names.
#include <gtest/gtest.h>

#include "sql/query.h"
#include "sql_text.h"

namespace backout::sql {
namespace {

// "a:integer b:? t.*": names and types of the outputs.
std::string outputs(const Query& query) {
  std::string text;
  for (const Query::Output& output : query.outputs) {
    if (!text.empty()) text += ' ';
    if (output.star) {
      text += output.qualifier.empty() ? "*" : output.qualifier + ".*";
      continue;
    }
    text += output.name;
    if (!output.column.empty())
      text += "<" + (output.qualifier.empty() ? "" : output.qualifier + ".") + output.column;
    if (!output.type.name.name.empty()) text += ":" + to_string(output.type);
  }
  return text;
}

std::string items(const Query& query) {
  std::string text;
  for (const Query::Item& item : query.from) {
    if (!text.empty()) text += ' ';
    text += item.subquery            ? "(" + outputs(*item.subquery) + ")"
            : !item.function.empty() ? item.function + "()"
                                     : to_string(item.relation);
    if (item.alias != to_string(item.relation)) text += "=" + item.alias;
    for (const std::string& column : item.column_aliases) text += "," + column;
    for (const std::string& column : item.merged) text += "+" + column;
    if (item.natural) text += "~";
  }
  return text;
}

std::string relations(const Query& query) {
  std::string text;
  for (const QualifiedName& name : query.relations)
    text += (text.empty() ? "" : " ") + to_string(name);
  return text;
}

TEST(SqlQuery, OutputsAreNamedAndTypedAsPostgresDoes) {
  const struct {
    const char* query;
    const char* expected;
  } cases[] = {
      {"select a, t.b, c as d, s.t.e from t", "a<a b<t.b d<c e<t.e"},
      {"select *, u.* from t, u", "* u.*"},
      {"select count(*), now(), lower(a), f(b), public.g(1) from t",
       "count:bigint now:timestamp with time zone lower:text f g"},
      {"select a::text, a::int4, 1::bigint, cast('x' as date), '1'::varchar(3) x",
       "a:text a:integer int8:bigint date:date x:character varying(3)"},
      {"select 1, 'x', 1.5, 3000000000, true, null, a + 1",
       "?column?:integer ?column?:text ?column?:numeric ?column?:bigint ?column?:boolean ?column? "
       "?column?"},
      {"select a > 1, a is null, not a, a in (1), a like 'x', j ->> 'k', exists (select 1)",
       "?column?:boolean ?column?:boolean ?column?:boolean ?column?:boolean ?column?:boolean "
       "?column?:text exists:boolean"},
      {"select coalesce(a, 0), coalesce(count(*), 0), greatest(1, 2), nullif(a, b), array[1], "
       "row(1)",
       "coalesce coalesce:bigint greatest:integer nullif array row"},
      {"select case when a then 'x' else b end, case when a then 1 end, case when a then lower(b) "
       "else 'z' end, case a when 1 then b::int else c::int end",
       "b case:integer case:text c:integer"},
      {"select (select max(x) from u), (select y as z from u), array(select 1), (c).d, e[1]",
       "max z array d e"},
      {"select current_date, current_user, current_timestamp(3) as t, extract(year from d), d at "
       "time zone 'utc'",
       "current_date:date current_user:name t:timestamp with time zone extract:numeric timezone"},
      {"values (1, 'x'), (2, 'y')", "column1:integer column2:text"},
      {"select a from t union select b from u union all select c from v", "a<a"},
      {"(select a from t order by 1 limit 1) union all (select b from u)", "a<a"},
      {"with w as (select 1 as x) select x from w", "x<x"},
      {"select sum(a) over (partition by b) as s, row_number() over () from t",
       "s row_number:bigint"},
      {"select from t", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(outputs(*query_of(c.query)), c.expected) << c.query;
}

TEST(SqlQuery, FromItemsKeepTheirOrderAndMergedColumns) {
  const struct {
    const char* query;
    const char* expected;
  } cases[] = {
      {"select 1 from t", "t"},
      {"select 1 from s.t x, u", "s.t=x u"},
      {"select 1 from a join b using (id, k) left join c on true natural join d", "a b+id+k c d~"},
      {"select 1 from a join (b join c using (k)) using (id)", "a b+id c+k+id"},
      {"select 1 from (select x, y from t) as q(m)", "(x<x y<y)=q,m"},
      {"select 1 from (values (1, 2)) v(a, b)", "(column1:integer column2:integer)=v,a,b"},
      {"select 1 from generate_series(1, 3) n", "generate_series()=n"},
      {"select 1 from generate_series(1, 3) as n(i)", "generate_series()=n,i"},
      {"select 1 from f(1) as x(a int, b text), lateral g(2)", "f()=x,a,b g()=g"},
      {"select 1 from current_schema() c", "current_schema()=c,c"},
      {"with w as (select 1 as x), v(m) as (select x from w) select 1 from v, w, t",
       "(x<x)=v,m (x:integer)=w t"},
      {"with recursive w as (select 1 as x union all select x + 1 from w) select 1 from w",
       "(x:integer)=w"},
      {"with d as (delete from t returning id, a) select 1 from d", "(id<id a<a)=d"},
      {"with t as (select * from t) select 1 from t, s.t", "(*)=t s.t=t"},
      {"select 1 from (a cross join b) as j(p, q)", "(*)=j,p,q"},
      {"select 1 from t tablesample system (1)", "t"},
  };
  for (const auto& c : cases) EXPECT_EQ(items(*query_of(c.query)), c.expected) << c.query;
}

TEST(SqlQuery, NamesAreFoundAnywhereInIt) {
  const QueryPtr query = query_of(
      "with w as (select a.x from s.a join b using (k) where exists (select from c where c.y = "
      "f(a.z)))"
      " select w.x, t.* from w, t union select public.g(1), 2 from b order by 1");
  EXPECT_EQ(relations(*query), "s.a b c t");
  using Columns = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(query->columns, (Columns{{"a", "x"}, {"", "k"}, {"c", "y"}, {"a", "z"}, {"w", "x"}}));
  EXPECT_EQ(query->functions, (std::vector<std::string>{"f", "public.g"}));
  EXPECT_TRUE(query->has_star);
}

TEST(SqlQuery, WithNamesHideTablesOnlyWhereTheyAreVisible) {
  EXPECT_EQ(relations(*query_of("with t as (select * from t) select * from t")), "t");
  EXPECT_EQ(
      relations(*query_of("with recursive t as (select 1 union select * from t) select * from t")),
      "");
  EXPECT_EQ(relations(*query_of("with t as (select 1) select * from s.t")), "s.t");
  EXPECT_EQ(relations(*query_of("select * from (with t as (select 1) select * from t) q, t")), "t");
}

TEST(SqlQuery, UpdatableByShape) {
  const struct {
    const char* query;
    bool updatable;
  } cases[] = {
      {"select a, lower(b) as c from t where d", true},
      {"select * from t order by a", true},
      {"select * from t, u", false},
      {"select * from t join u using (a)", false},
      {"select distinct a from t", false},
      {"select a, count(*) from t group by a", false},
      {"select count(a) from t", false},
      {"select max(a) over () from t", false},
      {"select coalesce(sum(a), 0) from t", false},
      {"select unnest(a) from t", false},
      {"select (select count(*) from u) from t", true},
      {"select a from t limit 1", false},
      {"select a from t offset 1", false},
      {"select a from t having true", false},
      {"select a from t union select a from u", false},
      {"with w as (select 1) select a from t", false},
      {"select a from (select a from t) q", false},
      {"select * from f()", false},
      {"values (1)", false},
      {"select 1", false},
  };
  for (const auto& c : cases) EXPECT_EQ(query_of(c.query)->updatable, c.updatable) << c.query;
}

TEST(SqlQuery, TextIsTheSameForWhiteSpaceCaseAndComments) {
  const std::string text = query_of("select a, 'X' from t where b > 1")->text;
  EXPECT_EQ(query_of("SELECT  A, 'X' -- note\n FROM \"t\"\n WHERE ((b) > 1)")->text, text);
  for (const char* const other :
       {"select a, 'x' from t where b > 1", "select a, 'X' from t where b > 2",
        "select a, 'X' from t where b >= 1", "select a, 'X' from s.t where b > 1",
        "select a, 'X' from t where b > 1 limit 1", "select a, 'X' from t",
        "with w as (select 1) select a, 'X' from t where b > 1"})
    EXPECT_NE(query_of(other)->text, text) << other;
}

TEST(SqlQuery, LongChainsAreFine) {
  std::string unions = "select a from t0";
  std::string joins = "select a from t0";
  for (int i = 1; i < 3000; ++i) {
    unions += " union select a from t" + std::to_string(i);
    joins += " cross join t" + std::to_string(i);
  }
  EXPECT_EQ(query_of(unions)->relations.size(), 3000U);
  EXPECT_EQ(query_of(joins)->from.size(), 3000U);
}

}  // namespace
}  // namespace backout::sql
