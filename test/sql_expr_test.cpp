// Canonical expressions: what is written and what PostgreSQL 15 prints for it (recorded from
// pg_get_expr() and pg_get_constraintdef()) must be the same, and different things must stay
// different.
#include <gtest/gtest.h>

#include "sql/expr.h"
#include "sql_text.h"

namespace backout::sql {
namespace {

struct Pair {
  const char* written;
  const char* stored;
};

constexpr Pair stored_alike[] = {
    {"b in ('a','b')",
     "((b)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))"},
    {"a between 1 and 2", "((a >= 1) AND (a <= 2))"},
    {"a not between 1 and 2", "((a < 1) OR (a > 2))"},
    {"b not in ('a','b')",
     "((b)::text <> ALL ((ARRAY['a'::character varying, 'b'::character varying])::text[]))"},
    {"st in ('a','b')", "(st = ANY (ARRAY['a'::st, 'b'::st]))"},
    {"b in ('a')", "((b)::text = 'a'::text)"},
    {"b not in ('a')", "((b)::text <> 'a'::text)"},
    {"b like 'x%' and not b ilike 'y' or b similar to 'z'",
     "((((b)::text ~~ 'x%'::text) AND (NOT ((b)::text ~~* 'y'::text))) OR ((b)::text ~ "
     "similar_to_escape('z'::text)))"},
    {"a is distinct from 3", "(a IS DISTINCT FROM 3)"},
    {"a is not distinct from n", "(NOT ((a)::numeric IS DISTINCT FROM n))"},
    {"a is distinct from null", "(a IS NOT NULL)"},
    {"a is not distinct from null", "(a IS NULL)"},
    {"not (a is null)", "(NOT (a IS NULL))"},
    {"a != 3", "(a <> 3)"},
    {"b ~ '^a' and length(b) > 3 and char_length(b)<5",
     "(((b)::text ~ '^a'::text) AND (length((b)::text) > 3) AND (char_length((b)::text) < 5))"},
    {"n > 0 and dv >= -1 and n > -1.5",
     "((n > (0)::numeric) AND (dv >= ('-1'::integer)::double precision) AND (n > "
     "'-1.5'::numeric))"},
    {"bo is not true or bo", "((bo IS NOT TRUE) OR bo)"},
    {"bo = 't'", "(bo = 't')"},
    {"bo = true", "(bo = 'true'::boolean)"},
    {"case when a = 1 then true end", "CASE WHEN (a = 1) THEN true ELSE NULL::boolean END"},
    {"case a when 1 then 'x' else 'y' end", "CASE a WHEN 1 THEN 'x'::text ELSE 'y'::text END"},
    {"coalesce(b,'') <> ''", "((COALESCE(b, ''::character varying))::text <> ''::text)"},
    {"s = any('{x, y}')", "(s = ANY ('{x,y}'::text[]))"},
    {"extract(year from e) > 2000", "(EXTRACT(year FROM e) > (2000)::numeric)"},
    {"trim(b) <> ''", "(TRIM(BOTH FROM b) <> ''::text)"},
    {"j ? 'x' and j->>'y' = 'z'", "((j ? 'x'::text) AND ((j ->> 'y'::text) = 'z'::text))"},
    {"num_nonnulls(a,b)=1", "(num_nonnulls(a, b) = 1)"},
    {"(a,n) = (1,2)", "((a = 1) AND (n = (2)::numeric))"},
    {"a+1-2*3 > 0", "(((a + 1) - (2 * 3)) > 0)"},
    {"b collate \"C\" > 'x'", "(((b)::text COLLATE \"C\") > 'x'::text)"},
    {"(a is null) = (b is null)", "((a IS NULL) = (b IS NULL))"},
    {"h[1] = 2", "(h[1] = 2)"},
    {"a is null or a in (1,2,3)", "((a IS NULL) OR (a = ANY (ARRAY[1, 2, 3])))"},
    {"position('@' in b) > 1", "(POSITION(('@'::text) IN (b)) > 1)"},
    {"substring(b from 1 for 2) = 'ab'", "(SUBSTRING(b FROM 1 FOR 2) = 'ab'::text)"},
    {"bi in (1,2)", "(bi = ANY (ARRAY[(1)::bigint, (2)::bigint]))"},
    {"lower(b) = b", "(lower((b)::text) = (b)::text)"},
    {"a between symmetric 2 and 1", "(((a >= 2) AND (a <= 1)) OR ((a >= 1) AND (a <= 2)))"},
    {"ts > ts - interval '1 day'", "(ts > (ts - '1 day'::interval))"},
    {"nullif(b,'') is not null", "(NULLIF((b)::text, ''::text) IS NOT NULL)"},
    {"arr <@ array['a','b']", "(arr <@ ARRAY['a'::text, 'b'::text])"},
    {"c = 'x'", "(c = 'x'::bpchar)"},
    {"d = 'x'", "(d = 'x'::\"char\")"},
    {"now() at time zone 'utc'", "(now() AT TIME ZONE 'utc'::text)"},
    {"e at time zone 'utc'", "(e AT TIME ZONE 'utc'::text)"},
    {"b'1'", "'1'::\"bit\""},
    {"x'1f'", "'00011111'::\"bit\""},
    {"'a'", "'a'::st"},
    {"'{}'", "'{}'::jsonb"},
    {"-1", "'-1'::integer"},
    {"- 1", "(-1)"},
    {"array[0, -3, 4, -(2)]", "ARRAY[0, '-3'::integer, 4, '-2'::integer]"},
    {"3-2", "(3 - 2)"},
    {"'1 day'", "'1 day'::interval"},
    {"nextval('public.x_id_seq')", "nextval('public.x_id_seq'::regclass)"},
    {"NEXTVAL('x')", "pg_catalog.nextval('x'::text)"},
    {"user", "CURRENT_USER"},
    {"current_timestamp(3)", "CURRENT_TIMESTAMP(3)"},
    {"1::smallint", "(1)::smallint"},
    {"null", "NULL::character varying"},
    {"x.y.status = 'a'", "(status = 'a')"},
    {"a and (b and c)", "((a AND b) AND c)"},
};

TEST(SqlExpr, SpellingsThatAreStoredAlikeAreTheSame) {
  for (const Pair& pair : stored_alike)
    EXPECT_EQ(to_text(*expr_of(pair.written)), to_text(*expr_of(pair.stored))) << pair.written;
}

constexpr Pair different[] = {
    {"now()", "current_timestamp"},
    {"a in (1,2)", "a in (1,3)"},
    {"a in (1,2)", "a not in (1,2)"},
    {"a > 1", "a >= 1"},
    {"a = 1", "a = '1'"},
    {"old.a is distinct from new.a", "old.a is distinct from old.a"},
    {"a::integer", "a"},
    {"1.6::integer", "1.6"},
    {"'x'::varchar(1)", "'x'"},
    {"count(*)", "count(distinct a)"},
    {"sum(a) filter (where b)", "sum(a)"},
    {"exists (select 1 from t)", "exists (select 1 from u)"},
    {"x collate \"C\"", "x"},
    {"f(variadic a)", "f(a)"},
    {"f(a => 1)", "f(b => 1)"},
    {"h[1]", "h[2]"},
    {"case when a then b end", "case a when b then null end"},
    {"a is true", "a is not true"},
    {"(a or b) and c", "a or (b and c)"},
    {"'it''s'", "'its'"},
    {"s = any('{x,\"y,z\"}')", "s = any('{x,y,z}')"},
    {"n::real", "n"},
};

TEST(SqlExpr, DifferentExpressionsStayDifferent) {
  for (const Pair& pair : different)
    EXPECT_NE(to_text(*expr_of(pair.written)), to_text(*expr_of(pair.stored))) << pair.written;
}

TEST(SqlExpr, TextReadsLikeSql) {
  const Pair cases[] = {
      {"(((status)::text = any ((array['new'::varchar, 'it''s'])::text[])))",
       "status IN ('new', 'it''s')"},
      {"price>0 AND (NOT discounted OR Total between 1 and 2)",
       "(price > 0) AND ((NOT discounted) OR ((total >= 1) AND (total <= 2)))"},
      {"x not in (1,2) and y is not null", "(x NOT IN (1, 2)) AND (y IS NOT NULL)"},
      {"lower(email)||'x'", "lower(email) || 'x'"},
      {"case when a then 1 else 2 end", "CASE WHEN a THEN 1 ELSE 2 END"},
      {"new.a is distinct from old.a", "new.a is distinct from old.a"},
      {"coalesce(a, array[1])", "COALESCE(a, ARRAY[1])"},
      {"greatest(a, b)", "GREATEST(a, b)"},
      {"(a + b)::integer", "(a + b)::integer"},
      {"-a", "- a"},
      {"(c).f[2]", ".f[](c, 2)"},
      {"current_timestamp", "current_timestamp"},
  };
  for (const Pair& pair : cases) EXPECT_EQ(to_text(*expr_of(pair.written)), pair.stored);
}

TEST(SqlExpr, DefaultsAreComparedAsTheColumnStoresThem) {
  const struct {
    const char* type;
    Pair pair;
  } cases[] = {
      {"integer", {"'5'", "5"}},
      {"numeric(10,2)", {"5", "'5'::numeric"}},
      {"boolean", {"'f'", "false"}},
      {"boolean", {"'yes'", "true"}},
      {"text", {"'5'", "'5'::text"}},
      {"bigint", {"extract(epoch from now())::bigint", "EXTRACT(epoch FROM now())"}},
      {"text[]", {"array[]::text[]", "ARRAY[]::text[]"}},
      {"integer[]", {"'{1,2}'", "'{1,2}'::integer[]"}},
      {"varchar(10)", {"'x'", "'x'::character varying"}},
      {"varchar(10)", {"'x'", "'x'::character varying(10)"}},
  };
  for (const auto& c : cases) {
    const Type type = type_of(c.type);
    EXPECT_TRUE(same(as_default_of(expr_of(c.pair.written), type),
                     as_default_of(expr_of(c.pair.stored), type)))
        << c.type << " " << c.pair.written;
  }
  EXPECT_FALSE(same(as_default_of(expr_of("'5'"), type_of("text")), expr_of("5")));
  EXPECT_FALSE(as_default_of(nullptr, type_of("text")));
}

TEST(SqlExpr, VolatilityIsTheWorstOfAllFunctions) {
  const struct {
    const char* text;
    Volatility volatility;
  } cases[] = {
      {"1", Volatility::immutable},
      {"'a' || lower('B')", Volatility::immutable},
      {"greatest(1, nullif(2, 3))", Volatility::immutable},
      {"now()", Volatility::stable},
      {"current_timestamp", Volatility::stable},
      {"(now() at time zone 'utc')::date", Volatility::stable},
      {"coalesce(null, clock_timestamp())", Volatility::volatile_},
      {"random()", Volatility::volatile_},
      {"gen_random_uuid()", Volatility::volatile_},
      {"pg_catalog.gen_random_uuid()", Volatility::volatile_},
      {"nextval('x')", Volatility::volatile_},
      {"uuid_generate_v4()", Volatility::volatile_},
      {"public.now()", Volatility::volatile_},
      {"pg_backend_pid()", Volatility::stable},
      {"pg_advisory_lock(1)", Volatility::volatile_},
  };
  for (const auto& c : cases) EXPECT_EQ(volatility(*expr_of(c.text)), c.volatility) << c.text;
}

TEST(SqlExpr, ColumnsAreFoundEverywhere) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(columns_of(*expr_of("a > 1 and t.b[c] = lower(a) and (d).x is null")),
            (Names{"a", "b", "c", "d"}));
  EXPECT_EQ(columns_of(*expr_of("exists (select 1 from u where u.e = f)")), (Names{"e", "f"}));
  EXPECT_EQ(columns_of(*expr_of("count(*)")), Names{});
}

TEST(SqlExpr, RenameOfAColumnIsFollowed) {
  EXPECT_EQ(to_text(*with_renamed_column(expr_of("a > 1 and old.a <> b and h[a] = 'a'"), "a", "z")),
            to_text(*expr_of("z > 1 and old.z <> b and h[z] = 'a'")));
  const ExprPtr query = expr_of("b in (select a from u)");
  EXPECT_TRUE(same(with_renamed_column(query, "a", "z"), query));
  const ExprPtr other = expr_of("b > 1");
  EXPECT_EQ(with_renamed_column(other, "a", "z"), other);
  EXPECT_FALSE(with_renamed_column(nullptr, "a", "z"));
}

TEST(SqlExpr, DeepExpressionsStayShallow) {
  std::string text = "x";
  for (int i = 0; i < 300; ++i) text += " || y" + std::to_string(i);
  const ExprPtr deep = expr_of(text);
  int depth = 0;
  for (const Expr* at = deep.get(); !at->args.empty(); at = &at->args.front()) ++depth;
  EXPECT_LE(depth, 101);  // expr.h promises it
  EXPECT_EQ(columns_of(*deep).size(), 301U);
  EXPECT_FALSE(same(deep, expr_of("z" + text)));
}

}  // namespace
}  // namespace backout::sql
