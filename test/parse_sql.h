// SQL text → operations, for tests.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "sql/parse.h"

namespace backout::sql {

// The whole text, on a thread with a large stack. Spans are offsets into `text`.
[[nodiscard]] Script parse_sql(std::string_view text, const ParseOptions& options = {});
// One line an operation (see dump.h) of everything that parsed; "! cause: message" for what did
// not.
[[nodiscard]] std::string operations_of(std::string_view text, const ParseOptions& options = {});

struct SqlCase {
  std::string_view sql, expected;
};
void expect_operations(std::initializer_list<SqlCase> cases);

}  // namespace backout::sql
