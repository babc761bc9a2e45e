#include "sql_text.h"

#include <gtest/gtest.h>

#include "sql/lower.h"

namespace backout::sql {
namespace {

ParsedText parsed(const std::string& text) {
  ParsedText result = parse_text(text.c_str(), text.size());
  EXPECT_TRUE(result.root) << text << "\n" << result.message;
  return result;
}

Node first_statement(const ParsedText& text) { return text.root.list("stmts").front()["stmt"]; }

}  // namespace

ExprPtr expr_of(std::string_view text) {
  const ParsedText tree = parsed("SELECT " + std::string(text));
  return lower_expr(
      first_statement(tree).body("SelectStmt").list("targetList").front().body()["val"]);
}

Type type_of(std::string_view text, bool* serial) {
  const ParsedText tree = parsed("CREATE TABLE t (c " + std::string(text) + ")");
  return lower_type(first_statement(tree).body().list("tableElts").front().body()["typeName"],
                    serial);
}

QueryPtr query_of(std::string_view select) {
  const ParsedText tree = parsed(std::string(select));
  return lower_query(first_statement(tree));
}

Lowered lowered(std::string_view statements) {
  Lowered result;
  const std::string text(statements);
  const ParsedText tree = parsed(text);
  const ParseOptions options;
  for (const Node statement : tree.root.list("stmts")) {
    const auto begin = static_cast<std::uint32_t>(statement.number("stmt_location"));
    const auto length = static_cast<std::uint32_t>(statement.number("stmt_len"));
    Lowering to;
    to.options = &options;
    to.text = text;
    to.statement = {begin, length == 0 ? static_cast<std::uint32_t>(text.size()) : begin + length};
    to.operations = &result.operations;
    to.unparsed = &result.unparsed;
    lower_statement(to, statement["stmt"]);
  }
  return result;
}

}  // namespace backout::sql
