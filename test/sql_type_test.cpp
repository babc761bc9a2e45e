// Types as format_type() of PostgreSQL 15 prints them.
#include <gtest/gtest.h>

#include "sql/type.h"
#include "sql_text.h"

namespace backout::sql {
namespace {

TEST(SqlType, PrintsAsFormatTypeDoes) {
  const struct {
    const char* written;
    const char* printed;
  } cases[] = {
      {"int", "integer"},
      {"INT4", "integer"},
      {"pg_catalog.int8", "bigint"},
      {"int2", "smallint"},
      {"varchar(20)", "character varying(20)"},
      {"character varying", "character varying"},
      {"national character varying(4)", "character varying(4)"},
      {"character(3)", "character(3)"},
      {"char", "character(1)"},
      {"bpchar", "bpchar"},
      {"\"char\"", "\"char\""},
      {"text", "text"},
      {"bool", "boolean"},
      {"timestamptz(3)", "timestamp(3) with time zone"},
      {"timestamp", "timestamp without time zone"},
      {"timestamp (0) with time zone", "timestamp(0) with time zone"},
      {"time(2)", "time(2) without time zone"},
      {"timetz", "time with time zone"},
      {"numeric(10,2)[]", "numeric(10,2)[]"},
      {"numeric(5)", "numeric(5,0)"},
      {"decimal", "numeric"},
      {"numeric(5,-2)", "numeric(5,-2)"},
      {"float", "double precision"},
      {"float(3)", "real"},
      {"float8", "double precision"},
      {"interval", "interval"},
      {"interval(2)", "interval(2)"},
      {"interval year", "interval year"},
      {"interval day to second(3)", "interval day to second(3)"},
      {"int[3][4]", "integer[]"},
      {"int array", "integer[]"},
      {"_text", "text[]"},
      {"bit", "bit(1)"},
      {"bit varying(3)", "bit varying(3)"},
      {"varbit", "bit varying"},
      {"jsonb", "jsonb"},
      {"citext", "citext"},
      {"shop.status[]", "shop.status[]"},
      {"\"Status\"", "Status"},
      {"geometry(Point, 4326)", "geometry(point,4326)"},
      {"vector(3)", "vector(3)"},
      {"regclass", "regclass"},
  };
  for (const auto& c : cases) EXPECT_EQ(to_string(type_of(c.written)), c.printed) << c.written;
}

TEST(SqlType, SerialIsAnIntegerThatCounts) {
  const struct {
    const char* written;
    bool serial;
    const char* printed;
  } cases[] = {
      {"serial", true, "integer"},           {"bigserial", true, "bigint"},
      {"serial8", true, "bigint"},           {"smallserial", true, "smallint"},
      {"serial4", true, "integer"},          {"integer", false, "integer"},
      {"shop.serial", false, "shop.serial"},
  };
  for (const auto& c : cases) {
    bool serial = false;
    EXPECT_EQ(to_string(type_of(c.written, &serial)), c.printed) << c.written;
    EXPECT_EQ(serial, c.serial) << c.written;
  }
}

TEST(SqlType, EveryCanonicalNameStandsForItself) {
  for (const char* const spelling :
       {"int4", "pg_catalog.bool", "varchar", "bpchar", "char", "timetz", "any", "float4"}) {
    const std::string_view canonical = builtin_type(spelling);
    EXPECT_FALSE(canonical.empty()) << spelling;
    EXPECT_EQ(builtin_type(canonical), canonical) << spelling;
  }
  EXPECT_TRUE(builtin_type("status").empty());
  EXPECT_TRUE(builtin_type("").empty());
}

}  // namespace
}  // namespace backout::sql
