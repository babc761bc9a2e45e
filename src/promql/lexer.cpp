#include "promql/lexer.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/utf8.h"

namespace backout::promql {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_alnum(char c) { return is_alpha(c) || is_digit(c); }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Lexer {
 public:
  Lexer(std::string_view text, const LexOptions& options)
      : text_(text),
        options_(options),
        placeholders_(options.placeholders && text.find("{{") != std::string_view::npos) {}

  Tokens run() {
    while (step()) {
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] char at(std::size_t offset) const {
    return offset < text_.size() ? text_[offset] : '\0';
  }
  [[nodiscard]] std::string_view rest(std::size_t offset) const { return text_.substr(offset); }

  bool emit(Token::Kind kind, std::size_t end, bool placeholder = false) {
    out_.all.push_back(
        {kind, placeholder, {static_cast<std::uint32_t>(here_), static_cast<std::uint32_t>(end)}});
    here_ = end;
    return true;
  }
  bool broken(std::size_t begin, std::size_t end, std::string message) {
    here_ = begin;
    emit(Token::Kind::broken, std::min(end, text_.size()));
    out_.message = std::move(message);
    return false;
  }
  bool unexpected(std::string_view where) {
    if (here_ >= text_.size()) return broken(here_, here_, "unexpected end of input");
    const std::size_t bytes = decode(text_, here_).bytes;
    return broken(here_, here_ + bytes,
                  fmt::format("unexpected character `{}`{}", text_.substr(here_, bytes), where));
  }

  bool step() {
    while (here_ < text_.size() && (is_blank(text_[here_]) || text_[here_] == '#')) {
      if (text_[here_] == '#') {
        here_ = std::min(text_.find_first_of("\r\n", here_), text_.size());
      } else {
        ++here_;
      }
    }
    if (here_ >= text_.size()) return end();
    if (placeholders_) {
      bool found = false;
      const std::size_t close = word_with_placeholder(found);
      if (!out_.message.empty()) return false;
      if (found) return emit(Token::Kind::word, close, true);
    }
    const char c = text_[here_];
    if (c == '"' || c == '\'' || c == '`') return string();
    return in_braces_ ? inside_braces(c) : statement(c);
  }

  bool end() {
    if (in_braces_) return broken(opened_, opened_ + 1, "the brace is not closed");
    if (!parentheses_.empty())
      return broken(parentheses_.back(), parentheses_.back() + 1, "the parenthesis is not closed");
    if (in_brackets_) return broken(opened_, opened_ + 1, "the bracket is not closed");
    emit(Token::Kind::end, here_);
    return false;
  }

  // The placeholder at `offset`: its end, 0 when it breaks the query.
  std::size_t placeholder(std::size_t offset) {
    const std::size_t close = text_.find("}}", offset + 2);
    if (close == std::string_view::npos) {
      broken(offset, offset + 2, "the placeholder is not closed: `}}` is missing");
      return 0;
    }
    std::string_view name = text_.substr(offset + 2, close - offset - 2);
    if (name.starts_with('{')) {
      broken(
          offset, close + 2,
          "`{{{` begins a placeholder whose name starts with a brace, which Argo cannot resolve; "
          "put a blank behind the first brace");
      return 0;
    }
    while (!name.empty() && is_blank(name.front())) name.remove_prefix(1);
    while (!name.empty() && is_blank(name.back())) name.remove_suffix(1);
    out_.placeholders.push_back(
        {std::string(name),
         {static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(close + 2)}});
    return close + 2;
  }

  // The end of the run of word characters, dots between digits and placeholders from here.
  std::size_t word_with_placeholder(bool& found) {
    std::size_t offset = here_;
    while (offset < text_.size()) {
      const char c = text_[offset];
      if (rest(offset).starts_with("{{")) {
        offset = placeholder(offset);
        if (offset == 0) return 0;
        found = true;
      } else if (is_alnum(c) || (c == ':' && !in_braces_ && !in_brackets_) ||
                 (c == '.' && (found || is_digit(text_[here_])))) {
        ++offset;
      } else {
        break;
      }
    }
    return offset;
  }

  bool symbol(std::size_t length) { return emit(Token::Kind::symbol, here_ + length); }

  bool inside_braces(char c) {
    if (is_alpha(c)) return word(false);
    const std::string_view two = rest(here_).substr(0, 2);
    if (two == "=~" || two == "!~" || two == "!=") return symbol(2);
    if (c == '=' || c == ',') return symbol(1);
    if (c == '}') {
      in_braces_ = false;
      return symbol(1);
    }
    return unexpected(" inside braces");
  }

  bool statement(char c) {
    const std::string_view two = rest(here_).substr(0, 2);
    if (two == "==" || two == "!=" || two == "<=" || two == ">=") return symbol(2);
    if (two == "=~" || c == '!')
      return broken(here_, here_ + two.size(),
                    fmt::format("`{}` is no operator outside braces", two == "=~" ? two : "!"));
    if (is_digit(c) || (c == '.' && is_digit(at(here_ + 1)))) return number();
    switch (c) {
      case '(':
        parentheses_.push_back(here_);
        return symbol(1);
      case ')':
        if (parentheses_.empty())
          return broken(here_, here_ + 1, "unexpected `)`: no parenthesis is open");
        parentheses_.pop_back();
        return symbol(1);
      case '{':
        in_braces_ = true;
        opened_ = here_;
        return symbol(1);
      case '[':
        if (in_brackets_) return unexpected(" inside brackets");
        in_brackets_ = true;
        seen_colon_ = false;
        opened_ = here_;
        symbol(1);
        return window();
      case ']':
        if (!in_brackets_) return unexpected(": no bracket is open");
        in_brackets_ = false;
        return symbol(1);
      case ':':
        if (!in_brackets_) break;
        if (seen_colon_) return unexpected(" inside brackets");
        seen_colon_ = true;
        return symbol(1);
      default:
        break;
    }
    if (std::string_view("=+-*/%^<>,@").find(c) != std::string_view::npos) return symbol(1);
    if (is_alpha(c) || c == ':') {
      if (in_brackets_ && !options_.version3) return unexpected(" inside brackets");
      return word(true);
    }
    return unexpected("");
  }

  bool word(bool colons) {
    std::size_t offset = here_;
    while (is_alnum(at(offset)) || (colons && at(offset) == ':')) ++offset;
    return emit(Token::Kind::word, offset);
  }

  // The end of what Prometheus takes for a number, good or bad.
  [[nodiscard]] std::size_t number_end() const {
    std::size_t offset = here_;
    const auto digits = [&](std::string_view allowed) {
      offset = std::min(text_.find_first_not_of(allowed, offset), text_.size());
    };
    const bool hex = at(offset) == '0' && (at(offset + 1) == 'x' || at(offset + 1) == 'X');
    const std::string_view allowed = hex ? "0123456789abcdefABCDEF" : "0123456789";
    if (hex) offset += 2;
    digits(allowed);
    if (at(offset) == '.') {
      ++offset;
      digits(allowed);
    }
    if (at(offset) == 'e' || at(offset) == 'E') {
      ++offset;
      if (at(offset) == '+' || at(offset) == '-') ++offset;
      digits("0123456789");
    }
    return offset;
  }
  // The end of digits and units; 0 when it is none.
  [[nodiscard]] std::size_t duration_end() const {
    std::size_t offset = here_;
    while (is_digit(at(offset))) {
      while (is_digit(at(offset)) || (options_.version3 && at(offset) == '.')) ++offset;
      if (std::string_view("smhdwy").find(at(offset)) == std::string_view::npos) return 0;
      ++offset;
      if (at(offset) == 's') ++offset;
    }
    return is_alnum(at(offset)) ? 0 : offset;
  }

  bool number() {
    const std::size_t end = number_end();
    if (!is_alnum(at(end))) return emit(Token::Kind::number, end);
    if (const std::size_t duration = duration_end(); duration > here_)
      return emit(Token::Kind::duration, duration);
    std::size_t wrong = end;
    while (is_alnum(at(wrong))) ++wrong;
    return broken(
        here_, wrong,
        fmt::format("`{}` is neither a number nor a duration", text_.substr(here_, wrong - here_)));
  }

  // Behind a bracket 2.x reads a duration, blanks aside, before anything else.
  bool window() {
    while (is_blank(at(here_))) ++here_;
    if (options_.version3) return true;
    if (placeholders_) {
      bool found = false;
      const std::size_t close = word_with_placeholder(found);
      if (!out_.message.empty()) return false;
      if (found) return emit(Token::Kind::word, close, true);
    }
    const std::size_t end = duration_end();
    if (end > here_) return emit(Token::Kind::duration, end);
    std::size_t wrong = here_;
    while (is_alnum(at(wrong))) ++wrong;
    if (wrong == here_) wrong = here_ + 1;
    return broken(here_, wrong, "a duration such as `5m` is expected here, a number with its unit");
  }

  bool string() {
    const char quote = text_[here_];
    bool with_placeholder = false;
    std::size_t offset = here_ + 1;
    for (;;) {
      if (offset >= text_.size() || (quote != '`' && text_[offset] == '\n'))
        return broken(here_, offset, "the string is not closed");
      const char c = text_[offset];
      if (c == quote) return emit(Token::Kind::string, offset + 1, with_placeholder);
      if (placeholders_ && rest(offset).starts_with("{{")) {
        const std::size_t line = std::min(text_.find('\n', offset), text_.size());
        if (const std::size_t close = text_.find("}}", offset); quote == '`' || close < line) {
          offset = placeholder(offset);
          if (offset == 0) return false;
          with_placeholder = true;
          continue;
        }
      }
      if (c == '\\' && quote != '`') {
        const std::size_t next = escape(offset, quote);
        if (next == 0) return false;
        offset = next;
        continue;
      }
      const Scalar scalar = decode(text_, offset);
      if (!scalar.valid || scalar.value == U'\uFFFD')
        return broken(offset, offset + scalar.bytes, "the string is not valid UTF-8 here");
      offset += scalar.bytes;
    }
  }

  // The end of the escape at `offset`; 0 when there is no such.
  std::size_t escape(std::size_t offset, char quote) {
    const char kind = at(offset + 1);
    if (kind == quote ||
        (kind != '\0' && std::string_view("abfnrtv\\").find(kind) != std::string_view::npos))
      return offset + 2;
    const bool octal = kind >= '0' && kind <= '7';
    const std::size_t length = octal ? 3 : kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
    const std::size_t begin = offset + (octal ? 1 : 2);
    if (length == 0) {
      const std::size_t bytes = offset + 1 < text_.size() ? decode(text_, offset + 1).bytes : 0;
      broken(offset, offset + 1 + bytes,
             fmt::format("unknown escape `{}`; write `\\\\{}`, or quote the string with backquotes",
                         text_.substr(offset, 1 + bytes), text_.substr(offset + 1, bytes)));
      return 0;
    }
    std::uint32_t code = 0;
    for (std::size_t i = begin; i < begin + length; ++i) {
      const char c = at(i);
      const std::uint32_t digit = is_digit(c)            ? static_cast<std::uint32_t>(c - '0')
                                  : c >= 'a' && c <= 'f' ? static_cast<std::uint32_t>(c - 'a') + 10
                                  : c >= 'A' && c <= 'F' ? static_cast<std::uint32_t>(c - 'A') + 10
                                                         : 99;
      if (digit >= (octal ? 8U : 16U)) {
        broken(
            offset, i,
            fmt::format("the escape needs {} {} digits", length, octal ? "octal" : "hexadecimal"));
        return 0;
      }
      code = code * (octal ? 8 : 16) + digit;
    }
    const std::uint32_t most = length < 4 ? 0xFF : 0x10FFFF;
    if (code > most || (code >= 0xD800 && code < 0xE000)) {
      broken(offset, begin + length, "the escape is no character");
      return 0;
    }
    return begin + length;
  }

  std::string_view text_;
  LexOptions options_;
  bool placeholders_;
  Tokens out_;
  std::size_t here_ = 0;
  std::size_t opened_ = 0;  // the brace or bracket that is open
  bool in_braces_ = false, in_brackets_ = false, seen_colon_ = false;
  std::vector<std::size_t> parentheses_;
};

}  // namespace

bool is_keyword(std::string_view word, std::string_view keyword) {
  return std::equal(word.begin(), word.end(), keyword.begin(), keyword.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a | 0x20) : a) == b;
  });
}

Tokens tokens(std::string_view text, const LexOptions& options) {
  return Lexer(text, options).run();
}

}  // namespace backout::promql
