#include "expr/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "expr/quoted.h"
#include "expr/unicode.h"
#include "report/escape.h"

namespace backout::expr {
namespace {

constexpr std::array<std::string_view, 8> words = {"not",     "in",       "or",         "and",
                                                   "matches", "contains", "startsWith", "endsWith"};
constexpr char32_t end_of_text = 0xffffffff;

class Lexer {
 public:
  Lexer(std::string_view text, Engine engine) : text_(text), engine_(engine) {}

  tl::expected<std::vector<Token>, Problem> run() {
    while (!problem_ && next()) {
    }
    if (problem_) return tl::unexpected(std::move(*problem_));
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] char32_t peek(std::size_t ahead = 0) const {
    const std::size_t at = at_ + ahead;
    return at < text_.size() ? rune_at(text_, at).value : end_of_text;
  }
  void step() { at_ += rune_at(text_, at_).bytes; }
  bool accept(std::string_view set) {
    const char32_t c = peek();
    if (c >= 0x80 || set.find(static_cast<char>(c)) == std::string_view::npos) return false;
    ++at_;
    return true;
  }
  void accept_all(std::string_view set) {
    while (accept(set)) {
    }
  }
  void accept_name() {
    while (peek() != end_of_text && is_name_character(peek())) step();
  }

  [[nodiscard]] Span span_from(std::size_t begin) const {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_)};
  }
  bool fail(std::string message, std::size_t begin) {
    problem_ = Problem{Stage::parse, std::move(message), span_from(begin), {}};
    return false;
  }
  bool emit(Token::Kind kind) {
    tokens_.push_back({kind, std::string(text_.substr(begin_, at_ - begin_)), span_from(begin_)});
    return true;
  }

  bool next() {
    while (peek() != end_of_text && is_space(peek())) step();
    begin_ = at_;
    const char32_t c = peek();
    if (c == end_of_text) {
      emit(Token::Kind::end);
      return false;
    }
    if (c == '\'' || c == '"') return quoted(Token::Kind::text);
    if (modern(engine_) && c == '`') return raw();
    if (modern(engine_) && (c == 'b' || c == 'B') && (peek(1) == '\'' || peek(1) == '"')) {
      ++at_;
      return quoted(Token::Kind::bytes);
    }
    if (c >= '0' && c <= '9') return number();
    if (c == '/') return slash();
    if (c == '.') {
      ++at_;
      if (peek() >= '0' && peek() <= '9') return number();
      accept(".");
      return emit(Token::Kind::operator_);
    }
    if (c == '#') {  // a word right behind it is a name, whatever it is
      ++at_;
      accept("#");
      emit(Token::Kind::operator_);
      begin_ = at_;
      accept_name();
      if (at_ > begin_) emit(Token::Kind::name);
      return true;
    }
    if (accept("([{)]}")) return emit(Token::Kind::bracket);
    if (accept("?")) {
      accept(".?");
    } else if (accept("|")) {
      accept("|");
    } else if (accept("&!=*<>")) {
      accept("&=*");
    } else if (accept(":")) {
      if (modern(engine_)) accept(":");
    } else if (accept(",;%+-^")) {
    } else if (is_name_character(c)) {
      return word();
    } else {
      step();
      return fail(fmt::format("`{}` is not part of the language",
                              report::visible(text_.substr(begin_, at_ - begin_))),
                  begin_);
    }
    return emit(Token::Kind::operator_);
  }

  bool word() {
    accept_name();
    const std::string_view name = text_.substr(begin_, at_ - begin_);
    const bool is_operator = std::find(words.begin(), words.end(), name) != words.end() ||
                             name == "let" || (modern(engine_) && (name == "if" || name == "else"));
    return emit(is_operator ? Token::Kind::operator_ : Token::Kind::name);
  }

  bool number() {
    std::string_view digits = "0123456789_";
    if (accept("0")) {
      if (accept("xX"))
        digits = "0123456789abcdefABCDEF_";
      else if (accept("oO"))
        digits = "01234567_";
      else if (accept("bB"))
        digits = "01_";
    }
    accept_all(digits);
    if (peek() == '.') {
      if (peek(1) == '.') return emit(Token::Kind::number);  // `1..3` is a range
      ++at_;
      accept_all(digits);
    }
    if (accept("eE")) {
      accept("+-");
      accept_all(digits);
    }
    if (peek() != end_of_text && is_name_character(peek())) {
      accept_name();
      return fail(fmt::format("`{}` is no number", text_.substr(begin_, at_ - begin_)), begin_);
    }
    return emit(Token::Kind::number);
  }

  bool slash() {
    ++at_;
    if (accept("/")) {
      at_ = std::min(text_.find('\n', at_), text_.size());
      return true;
    }
    if (accept("*")) {
      const std::size_t end = text_.find("*/", at_);
      at_ = std::min(end, text_.size() - 2) + 2;
      return end != std::string_view::npos || fail("the comment has no end", begin_);
    }
    return emit(Token::Kind::operator_);
  }

  bool raw() {
    const std::size_t close = text_.find('`', at_ + 1);
    if (close == std::string_view::npos) {
      at_ = text_.size();
      return fail("the text has no closing quote", begin_);
    }
    at_ = close + 1;
    tokens_.push_back({Token::Kind::text, std::string(text_.substr(begin_ + 1, close - begin_ - 1)),
                       span_from(begin_)});
    return true;
  }

  bool quoted(Token::Kind kind) {
    Quoted content = read_quoted(text_.substr(at_), kind == Token::Kind::bytes, engine_);
    at_ += content.length;
    if (!content.error.empty()) return fail(content.error, at_ - content.wrong);
    tokens_.push_back({kind, std::move(content.value), span_from(begin_)});
    return true;
  }

  std::string_view text_;
  const Engine engine_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;  // of the token
  std::vector<Token> tokens_;
  std::optional<Problem> problem_;
};

}  // namespace

tl::expected<std::vector<Token>, Problem> tokens_of(std::string_view condition, Engine engine) {
  return Lexer(condition, engine).run();
}

}  // namespace backout::expr
