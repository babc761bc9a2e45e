// Tokens of PostgreSQL's lexical grammar, fast and without ever failing: what the parser would
// refuse becomes a token that says so. Used to find where statements begin and end, comments, the
// actions of an ALTER TABLE, and why a statement did not parse. Facts: scan.l of PostgreSQL 15,
// psqlscan.l for meta-commands and variables.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/source.h"

namespace backout::sql {

struct Token {
  enum class Kind : std::uint8_t {
    end,
    word,         // keyword or unquoted name
    quoted_name,  // "…", U&"…"
    string,       // '…', E'…', U&'…', B'…', X'…', N'…', $tag$…$tag$
    number,
    parameter,  // $1
    symbol,     // one of ( ) [ ] , ; . : or ::, :=, ..
    operator_,
    comment,       // -- without the line end, /* */ with those nested in it
    placeholder,   // {{ … }}, ${…}, #{…}; with `psql` also :name, :'name', :"name"
    meta_command,  // from the backslash to the line end; `\;` alone is two bytes
    unknown,       // any other byte
  };
  Kind kind = Kind::end;
  bool unterminated = false;  // string, quoted_name or comment that runs into the end of the text
  bool embedded_placeholder =
      false;  // string or quoted_name with a placeholder in it that holds the quote itself
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

struct LexOptions {
  bool placeholders = true;
  bool psql = false;  // variables
};

// Lower-case comparison of a word of the text with a lower-case keyword.
[[nodiscard]] bool is_word(std::string_view text, std::string_view keyword);

class Lexer {
 public:
  Lexer(std::string_view text, Span range, LexOptions options = {});

  // The next token, comments included; `end` for ever after the last one.
  Token next();
  // The next one that is not a comment.
  Token next_code();

  void seek(std::uint32_t offset) { at_ = offset; }
  [[nodiscard]] std::string_view text(const Token& token) const {
    return text_.substr(token.begin, token.end - token.begin);
  }
  [[nodiscard]] bool is(const Token& token, std::string_view keyword) const {
    return token.kind == Token::Kind::word && is_word(text(token), keyword);
  }
  [[nodiscard]] bool is_symbol(const Token& token, char symbol) const {
    return token.kind == Token::Kind::symbol && token.end - token.begin == 1 &&
           text_[token.begin] == symbol;
  }

 private:
  Token make(Token::Kind kind, std::uint32_t end);
  Token quoted(Token::Kind kind, std::uint32_t open, bool escapes);
  Token dollar();
  Token block_comment();
  Token operator_token();
  Token backslash();
  [[nodiscard]] char peek(std::uint32_t ahead) const {
    return at_ + ahead < end_ ? text_[at_ + ahead] : '\0';
  }

  std::string_view text_;
  std::uint32_t at_;
  std::uint32_t end_;
  LexOptions options_;
};

// Cuts `range` at the commas outside brackets, up to a closing bracket that has no partner or the
// end: the actions of an ALTER TABLE, the elements of a CREATE TABLE. Calls `piece(Span)` for each,
// blanks and comments around it left out.
template <class Function>
void for_each_comma_piece(std::string_view text, Span range, Function piece) {
  Lexer lexer(text, range, {});
  std::uint32_t depth = 0;
  Span current{range.end, range.end};
  bool empty = true;
  const auto finish = [&] {
    if (!empty) piece(current);
    empty = true;
  };
  for (Token token = lexer.next_code(); token.kind != Token::Kind::end; token = lexer.next_code()) {
    if (lexer.is_symbol(token, '(') || lexer.is_symbol(token, '[')) ++depth;
    if (lexer.is_symbol(token, ')') || lexer.is_symbol(token, ']')) {
      if (depth == 0) break;
      --depth;
    }
    if (depth == 0 && lexer.is_symbol(token, ',')) {
      finish();
      continue;
    }
    if (empty) current.begin = token.begin;
    current.end = token.end;
    empty = false;
  }
  finish();
}

}  // namespace backout::sql
