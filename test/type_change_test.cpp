// Type changes against what a PostgreSQL 15 server did: relfilenode of table and index before and
// after, and the values that came out.
#include "sql/type_change.h"

#include <gtest/gtest.h>

#include <charconv>
#include <string>
#include <string_view>

namespace backout::sql {
namespace {

// "character varying(20)[]", "public.mood"
Type type(std::string_view text) {
  Type result;
  while (text.ends_with("[]")) {
    ++result.dimensions;
    text.remove_suffix(2);
  }
  if (text.ends_with(")")) {
    const std::size_t open = text.find('(');
    const char* at = text.data() + open + 1;
    const char* end = text.data() + text.size();
    while (at < end) {
      std::int32_t value = 0;
      at = std::from_chars(at, end, value).ptr + 1;
      result.modifiers.push_back(value);
    }
    text = text.substr(0, open);
  }
  if (const std::size_t dot = text.find('.'); dot != std::string_view::npos) {
    result.name.schema = text.substr(0, dot);
    text.remove_prefix(dot + 1);
  }
  result.name.name = text;
  return result;
}

struct Row {
  const char *before, *after;
  TypeChange change;
  Fit fit;
  Rewrite rewrite;
};

TEST(TypeChange, MeansTheSameToCodeValuesAndFilesAsOnTheServer) {
  using enum TypeChange;
  using F = Fit;
  using R = Rewrite;
  const Row rows[] = {
      // Nothing on disk changes.
      {"character varying(10)", "character varying(20)", grown, F::kept, R::none},
      {"character varying(10)", "character varying", grown, F::kept, R::none},
      {"character varying(10)", "text", to_text, F::kept, R::none},
      {"character varying", "text", none, F::kept, R::none},
      {"text", "character varying", none, F::kept, R::none},
      {"bit varying(8)", "bit varying(16)", grown, F::kept, R::none},
      {"numeric(10,2)", "numeric(12,2)", grown, F::kept, R::none},
      {"numeric(10,2)", "numeric", grown, F::kept, R::none},
      {"timestamp without time zone(3)", "timestamp without time zone(6)", grown, F::kept, R::none},
      {"time without time zone(3)", "time without time zone", grown, F::kept, R::none},
      {"interval(3)", "interval", grown, F::kept, R::none},
      {"xml", "text", replaced, F::kept, R::none},
      {"oid", "integer", replaced, F::refused, R::none},
      {"bit(8)", "bit varying", grown, F::kept, R::none},
      {"cidr", "inet", replaced, F::refused, R::none},
      {"integer", "integer", none, F::kept, R::none},
      {"integer[]", "integer[][]", none, F::kept, R::none},
      // Indexes are built anew.
      {"text", "public.citext", case_folding, F::kept, R::indexes},
      {"public.citext", "text", case_folding, F::kept, R::indexes},
      {"integer", "oid", replaced, F::refused, R::indexes},
      {"timestamp without time zone", "timestamp with time zone", time_zone, F::kept,
       R::unless_utc},
      {"timestamp with time zone", "timestamp without time zone", time_zone, F::altered,
       R::unless_utc},
      // The table is written anew.
      {"character varying(20)", "character varying(10)", narrowed, F::refused, R::table},
      {"text", "character varying(10)", narrowed, F::refused, R::table},
      {"character(10)", "character(20)", grown, F::kept, R::table},
      {"character(10)", "character varying(10)", blank_padding, F::altered, R::table},
      {"character(10)", "text", blank_padding, F::altered, R::table},
      {"character varying(10)", "character(10)", narrowed, F::refused, R::table},
      {"numeric(10,2)", "numeric(12,4)", grown, F::kept, R::table},
      {"numeric(10,4)", "numeric(10,2)", narrowed, F::altered, R::table},
      {"numeric(12,2)", "numeric(10,2)", narrowed, F::refused, R::table},
      {"numeric", "numeric(10,2)", narrowed, F::altered, R::table},
      {"smallint", "integer", widened, F::kept, R::table},
      {"integer", "bigint", widened, F::kept, R::table},
      {"bigint", "integer", narrowed, F::refused, R::table},
      {"real", "double precision", widened, F::kept, R::table},
      {"double precision", "real", narrowed, F::altered, R::table},
      {"double precision", "integer", narrowed, F::altered, R::table},
      {"numeric(10,2)", "bigint", narrowed, F::altered, R::table},
      {"integer", "numeric", replaced, F::kept, R::table},
      {"bigint", "double precision", replaced, F::altered, R::table},
      {"bit(8)", "bit(16)", grown, F::kept, R::table},
      {"name", "text", replaced, F::kept, R::table},
      {"json", "jsonb", json, F::altered, R::table},
      {"jsonb", "json", json, F::kept, R::table},
      {"json", "text", replaced, F::kept, R::table},
      {"public.mood", "text", replaced, F::kept, R::table},
      {"text", "public.mood", replaced, F::refused, R::table},
      {"uuid", "text", replaced, F::kept, R::table},
      {"text", "uuid", replaced, F::refused, R::table},
      {"timestamp with time zone(6)", "timestamp with time zone(0)", narrowed, F::altered,
       R::table},
      {"timestamp with time zone", "date", narrowed, F::altered, R::table},
      {"character varying(10)[]", "character varying(20)[]", grown, F::kept, R::table},
      {"character varying[]", "text[]", none, F::kept, R::table},
      {"text", "text[]", replaced, F::refused, R::table},
  };
  for (const Row& row : rows) {
    const Type before = type(row.before), after = type(row.after);
    EXPECT_EQ(classify({before}, {after}), row.change) << row.before << " -> " << row.after;
    EXPECT_EQ(fit({before}, {after}), row.fit) << row.before << " -> " << row.after;
    EXPECT_EQ(rewrite({before}, {after}), row.rewrite) << row.before << " -> " << row.after;
  }
}

TEST(TypeChange, LooksThroughDomains) {
  const Type text = type("text"), email = type("public.email");
  UserType domain;
  domain.kind = UserType::Kind::domain;
  domain.id = 7;
  domain.base = text;
  EXPECT_EQ(classify({text}, {email, &domain}), TypeChange::none);
  EXPECT_EQ(rewrite({text}, {email, &domain}), Rewrite::none);
  EXPECT_EQ(rewrite({email, &domain}, {text}), Rewrite::none);

  domain.not_null = true;
  EXPECT_EQ(classify({text}, {email, &domain}), TypeChange::constrained);
  EXPECT_EQ(fit({text}, {email, &domain}), Fit::refused);
  EXPECT_EQ(rewrite({text}, {email, &domain}), Rewrite::table);
  EXPECT_EQ(classify({email, &domain}, {text}), TypeChange::none);
  EXPECT_EQ(rewrite({email, &domain}, {text}), Rewrite::none);
}

TEST(TypeChange, FollowsARenamedType) {
  const Type mood = type("public.mood"), feeling = type("public.feeling");
  UserType was, is;
  was.id = is.id = 7;
  EXPECT_EQ(classify({mood, &was}, {feeling, &is}), TypeChange::none);
  EXPECT_EQ(rewrite({mood, &was}, {feeling, &is}), Rewrite::none);
  is.id = 8;
  EXPECT_EQ(classify({mood, &was}, {feeling, &is}), TypeChange::replaced);
}

}  // namespace
}  // namespace backout::sql
