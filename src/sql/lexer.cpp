// See lexer.h. One pass, one table of byte classes; every loop moves forward, so the cost is linear
// in the text.
#include "sql/lexer.h"

#include <array>
#include <cstring>

#include "sql/placeholders.h"

namespace backout::sql {
namespace {

enum Class : std::uint8_t {
  other = 0,
  blank = 1,
  name_start = 2,  // letters, _, bytes from 0x80 (scan.l: ident_start)
  digit = 4,
  operator_char = 8,
};

constexpr std::array<std::uint8_t, 256> classes = [] {
  std::array<std::uint8_t, 256> table{};
  for (const char c : {' ', '\t', '\n', '\r', '\f', '\v'})
    table[static_cast<unsigned char>(c)] = blank;
  for (unsigned c = 'a'; c <= 'z'; ++c) table[c] = table[c - 32] = name_start;
  for (unsigned c = 0x80; c <= 0xFF; ++c) table[c] = name_start;
  table['_'] = name_start;
  for (unsigned c = '0'; c <= '9'; ++c) table[c] = digit;
  for (const char c :
       {'~', '!', '@', '#', '^', '&', '|', '`', '?', '+', '-', '*', '/', '%', '<', '>', '='})
    table[static_cast<unsigned char>(c)] = operator_char;
  return table;
}();

std::uint8_t class_of(char c) { return classes[static_cast<unsigned char>(c)]; }
bool is_name(char c) { return (class_of(c) & (name_start | digit)) != 0 || c == '$'; }
bool is_newline(char c) { return c == '\n' || c == '\r'; }

}  // namespace

bool is_word(std::string_view text, std::string_view keyword) {
  if (text.size() != keyword.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != keyword[i]) return false;
  }
  return true;
}

Lexer::Lexer(std::string_view text, Span range, LexOptions options)
    : text_(text), at_(range.begin), end_(range.end), options_(options) {}

Token Lexer::make(Token::Kind kind, std::uint32_t end) {
  Token token;
  token.kind = kind;
  token.begin = at_;
  token.end = at_ = end;
  return token;
}

// The literal opened at `open` (its first quote): up to the quote that is not doubled, nor behind a
// backslash in E'…'. E'…' goes on in a string on a later line, with its backslashes.
Token Lexer::quoted(Token::Kind kind, std::uint32_t open, bool escapes) {
  const char quote = text_[open];
  const std::uint32_t begin = at_;
  Token token;
  std::uint32_t i = open + 1;
  for (;; ++i) {
    if (!escapes && !options_.placeholders) {  // nothing but the quote matters
      const void* found = i < end_ ? std::memchr(text_.data() + i, quote, end_ - i) : nullptr;
      i = found ? static_cast<std::uint32_t>(static_cast<const char*>(found) - text_.data()) : end_;
    }
    if (i >= end_) {
      token.unterminated = true;
      i = end_;
      break;
    }
    const char c = text_[i];
    if (c == '\\' && escapes) {
      ++i;
    } else if (c == '{' && options_.placeholders) {
      // `"{{ index .Options "Namespace" }}"`: its quotes are not ours
      const std::uint32_t from = text_[i - 1] == '$' || text_[i - 1] == '#' ? i - 1 : i;
      const std::uint32_t length = placeholder_length(text_.substr(0, end_), from);
      if (length > 2 && text_.substr(from, length).find(quote) != std::string_view::npos) {
        token.embedded_placeholder = true;
        i = from + length - 1;
      }
    } else if (c == quote) {
      if (i + 1 < end_ && text_[i + 1] == quote) {
        ++i;
        continue;
      }
      if (escapes) {
        std::uint32_t ahead = i + 1;
        bool newline = false;
        for (; ahead < end_ && class_of(text_[ahead]) == blank; ++ahead)
          newline |= is_newline(text_[ahead]);
        if (newline && ahead < end_ && text_[ahead] == '\'') {
          i = ahead;
          continue;
        }
      }
      ++i;
      break;
    }
  }
  token.kind = kind;
  token.begin = begin;
  token.end = at_ = i;
  return token;
}

// $1, $tag$…$tag$, ${placeholder}; any other dollar is unknown.
Token Lexer::dollar() {
  if (class_of(peek(1)) == digit) {
    std::uint32_t end = at_ + 1;
    while (end < end_ && class_of(text_[end]) == digit) ++end;
    return make(Token::Kind::parameter, end);
  }
  if (peek(1) == '{' && options_.placeholders)
    if (const auto length = placeholder_length(text_.substr(0, end_), at_))
      return make(Token::Kind::placeholder, at_ + length);
  std::uint32_t end = at_ + 1;
  if (class_of(peek(1)) == name_start)
    while (end < end_ && (class_of(text_[end]) & (name_start | digit)) != 0) ++end;
  if (end >= end_ || text_[end] != '$') return make(Token::Kind::unknown, at_ + 1);
  const std::string_view tag = text_.substr(at_, end + 1 - at_);
  const std::size_t close = text_.substr(0, end_).find(tag, end + 1);
  if (close != std::string_view::npos)
    return make(Token::Kind::string, static_cast<std::uint32_t>(close + tag.size()));
  Token token = make(Token::Kind::string, end_);
  token.unterminated = true;
  return token;
}

Token Lexer::block_comment() {
  std::uint32_t depth = 1;
  std::uint32_t i = at_ + 2;
  while (depth > 0 && i + 1 < end_) {
    if (text_[i] == '*' && text_[i + 1] == '/') {
      --depth;
      i += 2;
    } else if (text_[i] == '/' && text_[i + 1] == '*') {
      ++depth;
      i += 2;
    } else {
      ++i;
    }
  }
  Token token = make(Token::Kind::comment, depth == 0 ? i : end_);
  token.unterminated = depth != 0;
  return token;
}

Token Lexer::operator_token() {
  std::uint32_t end = at_ + 1;
  while (end < end_ && class_of(text_[end]) == operator_char) {
    const char next = end + 1 < end_ ? text_[end + 1] : '\0';
    if ((text_[end] == '-' && next == '-') || (text_[end] == '/' && next == '*')) break;
    if (text_[end] == '#' && next == '{') break;
    ++end;
  }
  return make(Token::Kind::operator_, end);
}

// psql: a command runs to the end of its line; `\;` is a semicolon that does not send.
Token Lexer::backslash() {
  if (peek(1) == ';') return make(Token::Kind::meta_command, at_ + 2);
  std::uint32_t line = at_;
  while (line > 0 && !is_newline(text_[line - 1]) && class_of(text_[line - 1]) == blank) --line;
  const bool first = line == 0 || is_newline(text_[line - 1]);
  const bool command = class_of(peek(1)) == name_start || peek(1) == '!' || peek(1) == '?';
  if (!command || !(first || options_.psql || peek(1) == 'g'))
    return make(Token::Kind::unknown, at_ + 1);
  std::uint32_t end = at_ + 1;
  while (end < end_ && !is_newline(text_[end])) ++end;
  return make(Token::Kind::meta_command, end);
}

Token Lexer::next() {
  while (at_ < end_ && class_of(text_[at_]) == blank) ++at_;
  if (at_ >= end_) return make(Token::Kind::end, end_);

  const char c = text_[at_];
  switch (class_of(c)) {
    case name_start: {
      if (at_ + 1 < end_) {  // B'' X'' N'' E'' U&''
        const char next = text_[at_ + 1];
        const char prefix = static_cast<char>(c | 0x20);
        if (next == '\'') {
          if (prefix == 'e') return quoted(Token::Kind::string, at_ + 1, true);
          if (prefix == 'b' || prefix == 'x' || prefix == 'n')
            return quoted(Token::Kind::string, at_ + 1, false);
        } else if (next == '&' && prefix == 'u' && (peek(2) == '\'' || peek(2) == '"')) {
          return quoted(peek(2) == '"' ? Token::Kind::quoted_name : Token::Kind::string, at_ + 2,
                        false);
        }
      }
      std::uint32_t end = at_ + 1;
      while (end < end_ && is_name(text_[end])) {
        if (text_[end] == '$' && end + 1 < end_ && text_[end + 1] == '{' && options_.placeholders)
          break;  // prefix_${name}
        ++end;
      }
      return make(Token::Kind::word, end);
    }
    case digit: {
      std::uint32_t end = at_ + 1;
      while (end < end_ && (class_of(text_[end]) == digit ||
                            (text_[end] == '.' && end + 1 < end_ && text_[end + 1] != '.')))
        ++end;
      if (end < end_ && (text_[end] | 0x20) == 'e') {
        const std::uint32_t sign =
            end + 1 < end_ && (text_[end + 1] == '+' || text_[end + 1] == '-');
        if (end + 1 + sign < end_ && class_of(text_[end + 1 + sign]) == digit) {
          end += 2 + sign;
          while (end < end_ && class_of(text_[end]) == digit) ++end;
        }
      }
      return make(Token::Kind::number, end);
    }
    case operator_char:
      if (c == '-' && peek(1) == '-') {
        std::uint32_t end = at_ + 2;
        while (end < end_ && !is_newline(text_[end])) ++end;
        return make(Token::Kind::comment, end);
      }
      if (c == '/' && peek(1) == '*') return block_comment();
      if (c == '#' && peek(1) == '{' && options_.placeholders)
        if (const auto length = placeholder_length(text_.substr(0, end_), at_))
          return make(Token::Kind::placeholder, at_ + length);
      return operator_token();
    default:
      break;
  }
  switch (c) {
    case '\'':
      return quoted(Token::Kind::string, at_, false);
    case '"':
      return quoted(Token::Kind::quoted_name, at_, false);
    case '$':
      return dollar();
    case '\\':
      return backslash();
    case '{':
      if (options_.placeholders)
        if (const auto length = placeholder_length(text_.substr(0, end_), at_))
          return make(Token::Kind::placeholder, at_ + length);
      return make(Token::Kind::unknown, at_ + 1);
    case ':':
      if (peek(1) == ':' || peek(1) == '=') return make(Token::Kind::symbol, at_ + 2);
      // `[low:high]` is a slice
      if (options_.psql && !(at_ > 0 && (is_name(text_[at_ - 1]) || text_[at_ - 1] == ']')))
        if (const auto length = psql_variable_length(text_.substr(0, end_), at_))
          return make(Token::Kind::placeholder, at_ + length);
      return make(Token::Kind::symbol, at_ + 1);
    case '.':
      if (peek(1) == '.') return make(Token::Kind::symbol, at_ + 2);
      [[fallthrough]];
    case '(':
    case ')':
    case '[':
    case ']':
    case ',':
    case ';':
      return make(Token::Kind::symbol, at_ + 1);
    default:
      return make(Token::Kind::unknown, at_ + 1);
  }
}

Token Lexer::next_code() {
  Token token = next();
  while (token.kind == Token::Kind::comment) token = next();
  return token;
}

}  // namespace backout::sql
