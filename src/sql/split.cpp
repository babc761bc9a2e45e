// See split.h. A semicolon ends a statement outside brackets (CREATE RULE … DO (a; b)) and outside
// BEGIN ATOMIC … END, as in psql.
#include "sql/split.h"

#include <algorithm>

#include "sql/lexer.h"
#include "sql/placeholders.h"

namespace backout::sql {
namespace {

// Keywords that matter here.
enum class Word : std::uint8_t {
  none,
  separator,
  case_,
  end,
  begin,
  atomic,
  set_operation,
  join,
  create,
  routine,
  copy,
  from,
  stdin_,
};

Word classify(std::string_view text) {
  if (text.size() < 2 || text.size() > 9) return Word::none;
  switch (text[0] | 0x20) {
    case 'a':
      if (is_word(text, "and")) return Word::separator;
      if (is_word(text, "atomic")) return Word::atomic;
      break;
    case 'b':
      if (is_word(text, "begin")) return Word::begin;
      break;
    case 'c':
      if (is_word(text, "case")) return Word::case_;
      if (is_word(text, "create")) return Word::create;
      if (is_word(text, "copy")) return Word::copy;
      break;
    case 'e':
      if (is_word(text, "end")) return Word::end;
      if (is_word(text, "else")) return Word::separator;
      if (is_word(text, "except")) return Word::set_operation;
      break;
    case 'f':
      if (is_word(text, "from")) return Word::from;
      if (is_word(text, "function")) return Word::routine;
      break;
    case 'i':
      if (is_word(text, "intersect")) return Word::set_operation;
      break;
    case 'j':
      if (is_word(text, "join")) return Word::join;
      break;
    case 'o':
      if (is_word(text, "or")) return Word::separator;
      break;
    case 'p':
      if (is_word(text, "procedure")) return Word::routine;
      break;
    case 's':
      if (is_word(text, "stdin")) return Word::stdin_;
      break;
    case 't':
      if (is_word(text, "then")) return Word::separator;
      break;
    case 'u':
      if (is_word(text, "union")) return Word::set_operation;
      break;
    case 'w':
      if (is_word(text, "when")) return Word::separator;
      break;
    default:
      break;
  }
  return Word::none;
}

class Splitter {
 public:
  Splitter(std::string_view text, Span range, bool placeholders, bool psql, const Limits& limits)
      : text_(text), range_(range), limits_(limits), lexer_(text, range, {placeholders, psql}) {}

  Split run();

 private:
  struct Level {
    char open;                 // ( [ or c(ase)
    std::uint32_t outside;     // chain of the levels below
    std::uint32_t tokens = 0;  // since the last comma, AND …: one operand after the other, each may
                               // be a level of the tree
    std::uint32_t joins =
        0;  // UNION, JOIN …: these nest to the left however long their operands are
  };

  void start();
  void finish();
  void word(const Token& token);
  void push(char open);
  void close(char open);
  void placeholder(const Token& token);
  void embedded_placeholders(const Token& token);
  void meta_command(const Token& token);
  void semicolon(const Token& token);
  void hole(std::uint32_t begin, std::uint32_t end) { split_.holes.push_back({begin, end}); }

  std::string_view text_;
  Span range_;
  const Limits& limits_;
  Lexer lexer_;
  Split split_;

  Piece piece_;
  bool open_ = false;  // a statement has begun
  std::vector<Level> levels_;
  std::uint32_t brackets_ = 0;  // ( and [ among the levels
  std::uint32_t words_ = 0;     // of the statement so far
  Word first_ = Word::none;
  bool routine_ = false;  // CREATE … FUNCTION or PROCEDURE
  Word last_word_ = Word::none;
  bool after_dot_ = false;    // the next word is a name, whatever it says
  std::uint32_t atomic_ = 0;  // BEGIN ATOMIC and CASEs inside
  bool copy_from_stdin_ = false;
  std::uint32_t alternatives_ = 0;  // {{ if }} and \if that are open
  bool ignore_brackets_ = false;    // after brackets that never closed
  bool no_copy_end_ = false;        // there is no further `\.` line
};

void Splitter::start() {
  piece_ = {};
  piece_.alternative = alternatives_ > 0;
  levels_.clear();
  levels_.push_back({' ', 0});
  brackets_ = 0;
  words_ = 0;
  first_ = last_word_ = Word::none;
  routine_ = after_dot_ = copy_from_stdin_ = false;
  atomic_ = 0;
  open_ = true;
}

void Splitter::finish() {
  if (!open_) return;
  open_ = false;
  split_.pieces.push_back(piece_);
}

void Splitter::push(char open) {
  const Level& top = levels_.back();
  levels_.push_back({open, top.outside + top.tokens + top.joins});
  if (open != 'c') ++brackets_;
  piece_.nesting = std::max(piece_.nesting, static_cast<std::uint32_t>(levels_.size() - 1));
}

void Splitter::close(char open) {
  if (open == 'c') {
    if (levels_.back().open == 'c') levels_.pop_back();
    return;
  }
  if (brackets_ == 0) return;
  while (levels_.back().open == 'c') levels_.pop_back();  // a CASE without END
  levels_.pop_back();
  --brackets_;
}

void Splitter::word(const Token& token) {
  const Word word = after_dot_ ? Word::none : classify(lexer_.text(token));
  if (words_++ == 0) first_ = word;
  Level& level = levels_.back();
  switch (word) {
    case Word::separator:
      level.tokens = 0;
      break;
    case Word::set_operation:
    case Word::join:
      level.tokens = 0;
      ++level.joins;
      break;
    case Word::case_:
      if (last_word_ != Word::end) {  // not END CASE
        push('c');
        if (atomic_ > 0) ++atomic_;
      }
      break;
    case Word::end:
      close('c');
      if (atomic_ > 0) --atomic_;
      break;
    case Word::routine:
      if (first_ == Word::create && words_ <= 4) routine_ = true;
      break;
    case Word::atomic:
      if (routine_ && last_word_ == Word::begin) ++atomic_;
      break;
    case Word::stdin_:
      if (first_ == Word::copy && last_word_ == Word::from && brackets_ == 0)
        copy_from_stdin_ = true;
      break;
    default:
      break;
  }
  last_word_ = word;
}

void Splitter::placeholder(const Token& token) {
  const std::string_view text = lexer_.text(token);
  const PlaceholderUse use = placeholder_use(text);
  if (use == PlaceholderUse::silent) {
    hole(token.begin, token.end);
    return;
  }
  if (use == PlaceholderUse::close && alternatives_ > 0) --alternatives_;
  if (use == PlaceholderUse::open) ++alternatives_;
  if (use == PlaceholderUse::value || use == PlaceholderUse::include || open_) {
    const bool whole = !open_ && use == PlaceholderUse::include;
    if (!open_) {
      start();
      piece_.span.begin = token.begin;
    }
    piece_.span.end = token.end;
    piece_.placeholder = true;
    piece_.control |= use != PlaceholderUse::value;
    split_.placeholders.push_back({token.begin, token.end});
    if (whole) finish();  // `{{ template "x" . }}` needs no semicolon
  } else {
    hole(token.begin, token.end);
  }
}

// `"{{ index .Options "Namespace" }}"`: only what holds the quote needs filling.
void Splitter::embedded_placeholders(const Token& token) {
  piece_.placeholder = true;
  const std::string_view text = text_.substr(0, token.end);
  for (std::uint32_t at = token.begin; at < token.end;) {
    const std::uint32_t length = placeholder_length(text, at);
    if (length == 0) {
      ++at;
      continue;
    }
    split_.placeholders.push_back({at, at + length});
    at += length;
  }
}

void Splitter::meta_command(const Token& token) {
  const std::string_view text = lexer_.text(token);
  split_.stepped_over = true;
  hole(token.begin, token.end);
  const std::string_view name = text.substr(1, text.find_first_of(" \t;", 1) - 1);
  if (name == "if") ++alternatives_;
  if (name == "endif" && alternatives_ > 0) --alternatives_;
  // sends what was collected, as a semicolon does
  if (text == "\\;" || name.starts_with('g') || name == "crosstabview" || name == "watch") finish();
}

// Ends the statement. After COPY … FROM stdin the lines up to `\.` are data.
void Splitter::semicolon(const Token& token) {
  const bool copy = open_ && copy_from_stdin_;
  finish();
  if (!copy || no_copy_end_) return;
  const std::string_view text = text_.substr(0, range_.end);
  const std::size_t line_end = text.find('\n', token.end);
  if (line_end == std::string_view::npos ||
      text.substr(token.end, line_end - token.end).find_first_not_of(" \t\r") !=
          std::string_view::npos)
    return;
  for (std::size_t at = line_end; at != std::string_view::npos; at = text.find("\n\\.", at + 1)) {
    if (text.substr(at, 3) != "\n\\.") continue;
    const std::size_t after = at + 3;
    if (after < text.size() && text[after] != '\n' && text[after] != '\r') continue;
    hole(static_cast<std::uint32_t>(line_end), static_cast<std::uint32_t>(after));
    split_.stepped_over = true;
    lexer_.seek(static_cast<std::uint32_t>(after));
    return;
  }
  no_copy_end_ = true;
}

Split Splitter::run() {
  for (Token token = lexer_.next();; token = lexer_.next()) {
    if (token.kind == Token::Kind::end) {
      if (!open_ || brackets_ + atomic_ == 0 || ignore_brackets_) break;
      // A bracket that never closes swallowed the rest. Read it again and end at every semicolon,
      // as the server's parser would.
      ignore_brackets_ = true;
      open_ = false;
      lexer_.seek(piece_.span.begin);
      const auto from = [&](std::vector<Span>& spans) {
        while (!spans.empty() && spans.back().begin >= piece_.span.begin) spans.pop_back();
      };
      from(split_.comments);
      from(split_.placeholders);
      from(split_.holes);
      continue;
    }
    if (token.kind == Token::Kind::comment) {
      split_.comments.push_back({token.begin, token.end});
      if (!token.unterminated) {
        if (text_[token.begin] == '/') hole(token.begin, token.end);
        continue;
      }
    } else if (token.kind == Token::Kind::placeholder) {
      placeholder(token);
      continue;
    } else if (token.kind == Token::Kind::meta_command) {
      meta_command(token);
      continue;
    } else if (lexer_.is_symbol(token, ';') &&
               ((brackets_ == 0 && atomic_ == 0) || !open_ || ignore_brackets_)) {
      semicolon(token);
      continue;
    }
    if (!open_) {
      if (split_.pieces.size() >= limits_.statements) {
        split_.too_many = true;
        split_.pieces.push_back({.span = {token.begin, range_.end}});
        return std::move(split_);
      }
      start();
      piece_.span.begin = token.begin;
    }
    piece_.span.end = token.end;

    ++levels_.back().tokens;
    piece_.open_comment |= token.kind == Token::Kind::comment;
    if (token.kind == Token::Kind::operator_)
      piece_.longest_operator = std::max(piece_.longest_operator, token.end - token.begin);
    if (token.kind == Token::Kind::word) {
      word(token);
    } else if (token.kind == Token::Kind::symbol) {
      switch (text_[token.begin]) {
        case '(':
        case '[':
          push(text_[token.begin]);
          break;
        case ')':
        case ']':
          close('(');
          break;
        case ',':
        case ';':
          levels_.back().tokens = 0;
          break;
        default:
          break;
      }
    } else if (token.embedded_placeholder) {
      embedded_placeholders(token);
    }
    after_dot_ = lexer_.is_symbol(token, '.');
    const Level& top = levels_.back();
    piece_.chain = std::max(piece_.chain, top.outside + top.tokens + top.joins);
  }
  finish();
  return std::move(split_);
}

}  // namespace

Split split(std::string_view text, Span range, bool placeholders, bool psql, const Limits& limits) {
  return Splitter(text, range, placeholders, psql, limits).run();
}

}  // namespace backout::sql
