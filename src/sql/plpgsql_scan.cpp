// A nested language read without recursion: a stack of what is open. Facts: pl_gram.y of
// PostgreSQL 15.
#include "sql/plpgsql_scan.h"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <utility>

#include "sql/lexer.h"

namespace backout::sql {
namespace {

using Kind = Token::Kind;

std::string folded(std::string_view name) {
  if (name.size() >= 2 && name.front() == '"') return std::string(name.substr(1, name.size() - 2));
  std::string lower(name);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

class Scanner {
 public:
  explicit Scanner(std::string_view body)
      : body_(body),
        lexer_(body, {0, static_cast<std::uint32_t>(body.size())},
               {.placeholders = true, .psql = false}) {
    advance();
  }

  PlBody run() {
    result_.only_assigns_new = true;
    while (token_.kind != Kind::end && !done_) statement();
    result_.complete = result_.complete && done_;
    if (result_.new_columns.empty()) result_.only_assigns_new = false;
    return std::move(result_);
  }

 private:
  enum class Open : std::uint8_t { declare, block, branch, loop };  // branch: IF and CASE
  struct Frame {
    Open what;
    std::size_t first_piece;
    bool handler = false;  // behind EXCEPTION of this block
  };

  // ---- words

  void advance() {
    previous_end_ = token_.end;
    token_ = lexer_.next_code();
  }
  [[nodiscard]] bool at(std::string_view word) const { return lexer_.is(token_, word); }
  [[nodiscard]] bool at_symbol(char symbol) const { return lexer_.is_symbol(token_, symbol); }
  [[nodiscard]] bool at_end() const { return token_.kind == Kind::end; }
  [[nodiscard]] bool at_any(std::initializer_list<std::string_view> words) const {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return at(word); });
  }
  [[nodiscard]] bool at_assignment() const {
    const std::string_view text = lexer_.text(token_);
    return text == ":=" || text == "=";
  }

  // Up to one of the words, or a semicolon, outside brackets and CASE … END; stops in front of it.
  Span until(std::initializer_list<std::string_view> words) {
    Span span{token_.begin, token_.begin};
    int brackets = 0, cases = 0;
    while (!at_end()) {
      if (brackets <= 0 && at_symbol(';')) break;
      if (brackets == 0 && cases == 0 && at_any(words)) break;
      if (at_symbol('(') || at_symbol('[')) ++brackets;
      if (at_symbol(')') || at_symbol(']')) --brackets;
      if (at("case")) ++cases;
      if (at("end") && cases > 0) --cases;
      span.end = token_.end;
      advance();
    }
    return span;
  }
  void skip_semicolon() {
    if (at_symbol(';'))
      advance();
    else if (!at_end())
      result_.complete = false;
  }
  void skip_statement() {
    until({});
    skip_semicolon();
  }

  void add(PlPiece::Kind kind, Span span) {
    if (span.begin < span.end) result_.pieces.push_back({kind, span, conditional()});
  }
  [[nodiscard]] bool conditional() const {
    return std::any_of(open_.begin(), open_.end(), [](const Frame& frame) {
      return frame.what == Open::branch || frame.what == Open::loop || frame.handler;
    });
  }
  void open(Open what) { open_.push_back({what, result_.pieces.size()}); }
  [[nodiscard]] bool inside(Open what) const { return !open_.empty() && open_.back().what == what; }

  // ---- statements

  void statement() {
    if (inside(Open::declare)) return declaration();
    const std::string_view text = lexer_.text(token_);
    if (token_.kind == Kind::operator_ && text.starts_with("<<")) return label();
    if (token_.kind == Kind::operator_ && text.starts_with("#")) return option();
    if (at_symbol(';')) return advance();
    if (token_.kind == Kind::word && control()) return;
    if (open_.empty()) {  // a body begins with DECLARE or BEGIN
      result_.complete = false;
      done_ = true;
      return;
    }
    if (assignment()) return;
    plain();
  }

  void label() {
    while (!at_end() && !lexer_.text(token_).ends_with(">>")) advance();
    advance();
  }
  // #variable_conflict use_column
  void option() {
    const std::size_t line_end = std::min(body_.find('\n', token_.begin), body_.size());
    while (!at_end() && token_.begin < line_end) advance();
  }

  bool control() {
    if (at("declare")) {
      advance();
      open(Open::declare);
    } else if (at("begin")) {
      advance();
      open(Open::block);
    } else if (at("exception") && inside(Open::block) && !open_.back().handler) {
      exception();
    } else if (at("end")) {
      end();
    } else if (at("if")) {
      advance();
      condition();
      open(Open::branch);
    } else if (at_any({"elsif", "elseif"}) && inside(Open::branch)) {
      advance();
      condition();
    } else if (at("else") && inside(Open::branch)) {
      advance();
    } else if (at("case")) {
      advance();
      if (!at("when")) add(PlPiece::Kind::expression, until({"when"}));
      open(Open::branch);
    } else if (at("when") && (inside(Open::branch) || inside(Open::block))) {
      advance();
      if (inside(Open::block))
        until({"then"});  // names of errors
      else
        condition_value();
      if (at("then")) advance();
    } else if (at("loop")) {
      advance();
      open(Open::loop);
    } else if (at("while")) {
      advance();
      add(PlPiece::Kind::expression, until({"loop"}));
      enter_loop();
    } else if (at_any({"for", "foreach"})) {
      for_loop();
    } else {
      return false;
    }
    return true;
  }

  void condition_value() { add(PlPiece::Kind::expression, until({"then"})); }
  void condition() {
    condition_value();
    if (at("then"))
      advance();
    else
      result_.complete = false;
  }
  void enter_loop() {
    if (at("loop"))
      advance();
    else
      result_.complete = false;
    open(Open::loop);
  }

  // What the block did before may be undone by the handler.
  void exception() {
    advance();
    for (std::size_t i = open_.back().first_piece; i < result_.pieces.size(); ++i)
      result_.pieces[i].conditional = true;
    open_.back().handler = true;
  }

  // END [IF | CASE | LOOP] [label] ;
  void end() {
    if (open_.empty()) {
      result_.complete = false;
      done_ = true;
      return;
    }
    open_.pop_back();
    advance();
    until({});
    if (at_symbol(';')) advance();
    done_ = open_.empty();
  }

  // FOR i IN 1..10 LOOP, FOR r IN SELECT … LOOP, FOR r IN EXECUTE … LOOP, FOREACH x IN ARRAY … LOOP
  void for_loop() {
    const bool array = at("foreach");
    advance();
    while (!at_end() && !at("in") && !at_symbol(';')) {
      if (token_.kind == Kind::word || token_.kind == Kind::quoted_name)
        result_.variables.push_back(folded(lexer_.text(token_)));
      advance();
    }
    if (at("in")) advance();
    if (at("reverse")) advance();
    if (array && at("array")) advance();
    if (at("execute")) {
      execute({"loop", "using"});
      until({"loop"});
    } else {
      const bool query = at_any({"select", "with", "values", "table", "insert", "update", "delete",
                                 "merge", "call", "explain", "show"}) ||
                         at_symbol('(');
      const Span span = until({"loop"});
      add(query && !array ? PlPiece::Kind::sql : PlPiece::Kind::expression, span);
      if (!array) result_.only_assigns_new = false;
    }
    enter_loop();
  }

  // EXECUTE text [INTO …] [USING …]
  void execute(std::initializer_list<std::string_view> ends) {
    advance();
    add(PlPiece::Kind::execute, until(ends));
    result_.only_assigns_new = false;
  }

  // name [CONSTANT] type [COLLATE …] [NOT NULL] [{ DEFAULT | := | = } expression] ;   name CURSOR …
  // FOR query ;
  void declaration() {
    if (at("begin")) {  // the block takes the place of its DECLARE
      advance();
      open_.back() = {Open::block, result_.pieces.size()};
      return;
    }
    if (token_.kind == Kind::operator_ && lexer_.text(token_).starts_with("<<")) return label();
    if (at("declare")) return advance();
    if (token_.kind != Kind::word && token_.kind != Kind::quoted_name) return skip_statement();
    result_.variables.push_back(folded(lexer_.text(token_)));
    advance();
    if (at("constant")) advance();
    const std::uint32_t begin = token_.begin;
    bool cursor = false;
    while (!at_end() && !at_symbol(';') && !at_assignment() && !at("default")) {
      if (at("cursor")) cursor = true;
      if (cursor && at_any({"for", "is"})) break;
      advance();
    }
    if (!cursor) {
      add(PlPiece::Kind::type, {begin, previous_end_});
      if (!at_symbol(';')) {
        advance();
        add(PlPiece::Kind::expression, until({}));
      }
    } else if (at_any({"for", "is"})) {
      advance();
      add(PlPiece::Kind::sql, until({}));
    }
    skip_semicolon();
  }

  // target := expression, where target is name(.name)*([…])*
  bool assignment() {
    if (token_.kind != Kind::word && token_.kind != Kind::quoted_name) return false;
    const Token start = token_;
    const std::string first = folded(lexer_.text(token_));
    std::string second;
    advance();
    while (at_symbol('.') || at_symbol('[')) {
      if (at_symbol('[')) {
        int depth = 0;
        do {
          if (at_symbol('[')) ++depth;
          if (at_symbol(']')) --depth;
          advance();
        } while (depth > 0 && !at_end() && !at_symbol(';'));
      } else {
        advance();
        if (second.empty()) second = folded(lexer_.text(token_));
        advance();
      }
    }
    if (!at_assignment()) {
      lexer_.seek(start.begin);
      advance();
      return false;
    }
    advance();
    add(PlPiece::Kind::expression, until({}));
    skip_semicolon();
    result_.straight &= !conditional();
    if (first == "new" && !second.empty() &&
        std::find(result_.new_columns.begin(), result_.new_columns.end(), second) ==
            result_.new_columns.end())
      result_.new_columns.push_back(second);
    if (first == "new" && second.empty()) result_.only_assigns_new = false;  // the whole row
    return true;
  }

  void plain() {
    if (at("return")) return return_statement();
    if (at("execute")) {
      execute({"into", "using"});
      return skip_statement();
    }
    if (at("null")) return skip_statement();
    if (at_any({"exit", "continue"})) {
      until({"when"});
      if (at("when")) {
        advance();
        add(PlPiece::Kind::expression, until({}));
      }
      return skip_semicolon();
    }
    if (at_any({"raise", "assert"})) {
      advance();
      if (!at_any({"debug", "log", "info", "notice", "warning"})) {
        result_.raises = true;
        result_.only_assigns_new = false;
      }
      return skip_statement();
    }
    if (at("get")) return skip_statement();  // GET DIAGNOSTICS
    result_.only_assigns_new = false;
    if (at_any({"close", "move", "fetch"})) return skip_statement();
    if (at("open")) return open_cursor();
    if (at("perform")) {
      add(PlPiece::Kind::perform, until({}));
      return skip_semicolon();
    }
    add(PlPiece::Kind::sql, sql_statement());
    skip_semicolon();
  }

  // RETURN, RETURN NEXT, RETURN QUERY, RETURN QUERY EXECUTE
  void return_statement() {
    result_.straight &= !conditional();
    advance();
    if (at("query")) {
      advance();
      if (at("execute"))
        execute({"using"});
      else
        add(PlPiece::Kind::sql, until({}));
      result_.only_assigns_new = false;
      return skip_statement();
    }
    if (at("next")) advance();
    const Span span = until({});
    add(PlPiece::Kind::expression, span);
    const std::string value = folded(body_.substr(span.begin, span.end - span.begin));
    if (value != "new" && value != "old") result_.only_assigns_new = false;  // NULL skips the row
    skip_semicolon();
  }

  // OPEN c [SCROLL] FOR query | FOR EXECUTE text, OPEN c(arguments)
  void open_cursor() {
    until({"for"});
    if (at("for")) {
      advance();
      if (at("execute"))
        execute({"using"});
      else
        add(PlPiece::Kind::sql, until({}));
    }
    skip_statement();
  }

  // Up to the semicolon outside parentheses and, in CREATE FUNCTION, outside BEGIN ATOMIC … END.
  Span sql_statement() {
    Span span{token_.begin, token_.begin};
    const bool create = at("create");
    int brackets = 0, blocks = 0;
    while (!at_end() && !(at_symbol(';') && brackets <= 0 && blocks == 0)) {
      if (at_symbol('(')) ++brackets;
      if (at_symbol(')')) --brackets;
      if (create && (at("begin") || (blocks > 0 && at("case")))) ++blocks;
      if (blocks > 0 && at("end")) --blocks;
      span.end = token_.end;
      advance();
    }
    return span;
  }

  std::string_view body_;
  Lexer lexer_;
  Token token_;
  std::uint32_t previous_end_ = 0;
  std::vector<Frame> open_;
  PlBody result_;
  bool done_ = false;
};

void blank(std::string& text, Span span) {
  for (std::uint32_t i = span.begin; i < span.end; ++i)
    if (text[i] != '\n') text[i] = ' ';
}

// Behind INTO: [STRICT] target (, target)*, each name(.name)*([…])*.
Span into_targets(Lexer& lexer, const Token& into) {
  Span span{into.begin, into.end};
  Token token = lexer.next_code();
  if (lexer.is(token, "strict")) {
    span.end = token.end;
    token = lexer.next_code();
  }
  for (bool name_expected = true;; token = lexer.next_code()) {
    const bool name = token.kind == Token::Kind::word || token.kind == Token::Kind::quoted_name;
    if (name_expected ? !name
                      : !(lexer.is_symbol(token, ',') || lexer.is_symbol(token, '.') ||
                          lexer.is_symbol(token, '[')))
      break;
    span.end = token.end;
    name_expected = !name;
    if (!lexer.is_symbol(token, '[')) continue;
    while (!lexer.is_symbol(token, ']') && token.kind != Token::Kind::end)
      token = lexer.next_code();
    span.end = token.end;
    name_expected = false;
  }
  lexer.seek(token.begin);
  return span;
}

}  // namespace

PlBody scan_plpgsql(std::string_view body) { return Scanner(body).run(); }

std::string sql_of(std::string_view body, const PlPiece& piece) {
  std::string text(body.substr(piece.span.begin, piece.span.end - piece.span.begin));
  constexpr std::string_view perform = "PERFORM", select = "SELECT ";
  if (piece.kind == PlPiece::Kind::perform) text.replace(0, perform.size(), select);

  const std::string original = text;  // the lexer's view must not change under it
  Lexer lexer(original, {0, static_cast<std::uint32_t>(original.size())},
              {.placeholders = true, .psql = false});
  Token previous;
  const Token first = lexer.next_code();
  if (lexer.is(first, "import") || lexer.is(first, "create") || lexer.is(first, "alter") ||
      lexer.is(first, "grant"))
    return text;
  for (Token token = first; token.kind != Token::Kind::end; token = lexer.next_code()) {
    const bool target =
        lexer.is(token, "into") && !lexer.is(previous, "insert") && !lexer.is(previous, "merge");
    if (target) blank(text, into_targets(lexer, token));
    previous = token;
  }
  return text;
}

}  // namespace backout::sql
