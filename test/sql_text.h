// For tests of sql/: SQL texts straight to the parts they are about, without files and frameworks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sql/expr.h"
#include "sql/operation.h"
#include "sql/parse.h"
#include "sql/query.h"

namespace backout::sql {

// Of one expression, as in SELECT <text>.
[[nodiscard]] ExprPtr expr_of(std::string_view text);
// Of one type name, as in CREATE TABLE t (c <text>). `serial` tells serial types.
[[nodiscard]] Type type_of(std::string_view text, bool* serial = nullptr);
[[nodiscard]] QueryPtr query_of(std::string_view select);

struct Lowered {
  std::vector<Operation> operations;
  std::vector<Unparsed> unparsed;
};
// Of a text of statements, spans into it. Statements that do not parse fail the test.
[[nodiscard]] Lowered lowered(std::string_view statements);

}  // namespace backout::sql
