// See failure.h.
#include "sql/failure.h"

#include <fmt/format.h>

#include <algorithm>

#include "sql/lexer.h"
#include "sql/placeholders.h"

namespace backout::sql {
namespace {

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Styles that we do not fill since they may be SQL elsewhere: `:name`, `%(name)s`, `%s`, `@name@`,
// `<%= … %>`.
bool looks_like_placeholder(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(std::min(at, text.size()));
  if (rest.size() < 2) return false;
  if (rest.starts_with("<%") || rest.starts_with("%(") || rest.starts_with("%s")) return true;
  if (rest[0] == ':' && (is_name(rest[1]) || rest[1] == '\'' || rest[1] == '"'))
    return at == 0 || text[at - 1] != ':';
  if (rest[0] != '@') return false;
  std::size_t end = 1;
  while (end < rest.size() && (is_name(rest[end]) || rest[end] == '.')) ++end;
  return end > 1 && end < rest.size() && rest[end] == '@' && is_name(rest[end - 1]);
}

// The token at the offset, or the last one before it.
Token token_at(std::string_view text, std::uint32_t offset, Token& before) {
  Lexer lexer(text, {0, static_cast<std::uint32_t>(text.size())}, {});
  Token last;
  for (;;) {
    const Token token = lexer.next_code();
    if (token.kind == Token::Kind::end) return last;
    if (token.end > offset) {
      before = last;
      return token;
    }
    before = last;
    last = token;
  }
}

bool has_placeholder_token(std::string_view text) {
  if (text.find('{') == std::string_view::npos) return false;
  Lexer lexer(text, {0, static_cast<std::uint32_t>(text.size())}, {});
  for (Token token = lexer.next(); token.kind != Token::Kind::end; token = lexer.next())
    if (token.kind == Token::Kind::placeholder || token.embedded_placeholder) return true;
  return false;
}

}  // namespace

Unparsed explain_failure(std::string_view statement, const ParserError& error, bool placeholder) {
  Unparsed unparsed;
  unparsed.statement = {0, static_cast<std::uint32_t>(statement.size())};
  Token before;
  const Token token = token_at(statement, error.offset, before);
  unparsed.place = {token.begin, token.end};
  unparsed.cause = ParseFailure::broken;
  unparsed.message = error.message;
  if (placeholder || has_placeholder_token(statement) ||
      looks_like_placeholder(statement, token.begin) ||
      looks_like_placeholder(statement, before.begin)) {
    unparsed.cause = ParseFailure::placeholder;
    unparsed.message = fmt::format("a placeholder decides what stands here: {}", error.message);
  } else if (auto newer = newer_grammar(statement, error.message)) {
    unparsed.cause = ParseFailure::newer_grammar;
    unparsed.message = std::move(*newer);
  }
  return unparsed;
}

}  // namespace backout::sql
