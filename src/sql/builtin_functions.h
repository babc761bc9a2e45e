// What PostgreSQL 15's own functions are like: volatility, kind and result type by name. The table
// is generated from a server's pg_proc by builtin_functions.sql.
#pragma once

#include <string_view>

namespace backout::sql {

struct BuiltinFunction {
  std::string_view name;
  char volatility;           // i(mmutable), s(table), v(olatile): the worst of all overloads
  char kind;                 // f (plain), a(ggregate), w(indow), s(et-returning)
  std::string_view returns;  // canonical type; empty when it depends on the arguments
};

// `name` with or without "pg_catalog."; null when it is none of PostgreSQL's own.
[[nodiscard]] const BuiltinFunction* builtin_function(std::string_view name);

}  // namespace backout::sql
