#include "parse_sql.h"

#include <gtest/gtest.h>

#include "core/parallel.h"
#include "core/source.h"
#include "dump.h"

namespace backout::sql {

Script parse_sql(std::string_view text, const ParseOptions& options) {
  const Source source{"test.sql", std::string(text), 0};
  Script script;
  parallel_for(1, 1, [&](std::size_t) {
    script = parse(source, {0, static_cast<std::uint32_t>(text.size())}, options);
  });
  return script;
}

std::string operations_of(std::string_view text, const ParseOptions& options) {
  constexpr std::string_view causes[] = {"placeholder", "newer", "broken", "limit"};
  const Script script = parse_sql(text, options);
  std::string out;
  const auto line = [&](std::string_view words) {
    if (!out.empty()) out += '\n';
    out += words;
  };
  for (const Statement& statement : script.statements)
    for (const Operation& operation : statement.operations) line(dump(operation.action));
  for (const Unparsed& unparsed : script.unparsed)
    line("! " + std::string(causes[static_cast<std::size_t>(unparsed.cause)]) + ": " +
         unparsed.message);
  return out;
}

void expect_operations(std::initializer_list<SqlCase> cases) {
  for (const SqlCase& c : cases) EXPECT_EQ(operations_of(c.sql), c.expected) << c.sql;
}

}  // namespace backout::sql
