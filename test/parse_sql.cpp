#include "parse_sql.h"

#include <gtest/gtest.h>

#include "core/parallel.h"
#include "core/source.h"
#include "dump.h"
#include "sql/tree.h"

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

namespace {

// "! newer: PostgreSQL 17: …" in a build whose grammar is that of 17 or later.
bool is_no_longer_newer(std::string_view expected) {
  constexpr std::string_view start = "! newer: PostgreSQL ";
  return expected.starts_with(start) &&
         std::stoi(std::string(expected.substr(start.size(), 2))) <= grammar_version();
}

}  // namespace

void expect_operations(std::initializer_list<SqlCase> cases) {
  for (const SqlCase& c : cases) {
    if (is_no_longer_newer(c.expected))
      EXPECT_EQ(operations_of(c.sql).find('!'), std::string::npos) << c.sql;
    else
      EXPECT_EQ(operations_of(c.sql), c.expected) << c.sql;
  }
}

}  // namespace backout::sql
