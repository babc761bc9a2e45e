// Bodies to operations and names. The scanner finds the pieces; each piece is parsed as SQL by
// itself, where it stands, so that spans point into the body.
#include "sql/plpgsql.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "sql/constant_text.h"
#include "sql/failure.h"
#include "sql/guard.h"
#include "sql/lower.h"
#include "sql/plpgsql_scan.h"
#include "sql/split.h"
#include "sql/tree_names.h"

namespace backout::sql {
namespace {

constexpr std::uint32_t max_nesting = 8;  // DO in EXECUTE in DO …

// A body's text and where its bytes stand.
struct Body {
  std::string_view text;
  std::uint32_t base = 0;  // offset of text[0] in the source
  bool verbatim = false;  // the source holds these very bytes at `base`; else every span is `whole`
  Span whole;
};

Span place(const Body& body, Span span) {
  return body.verbatim ? Span{body.base + span.begin, body.base + span.end} : body.whole;
}

// A text inside a body, made ready for the parser as a script is: placeholders filled, bounds
// looked at.
struct Embedded {
  std::string text;
  Fillers fillers;
  bool placeholder = false;
  std::optional<Refusal> refusal;
};

Embedded embedded(std::string sql, const Limits& limits) {
  Embedded result;
  result.text = std::move(sql);
  const Split parts =
      split(result.text, {0, static_cast<std::uint32_t>(result.text.size())}, true, false, limits);
  for (const Piece& piece : parts.pieces) {
    const std::string_view text =
        std::string_view(result.text).substr(piece.span.begin, piece.span.end - piece.span.begin);
    if ((result.refusal = refuse(piece, text, limits))) return result;
  }
  prepare(result.text, 0, parts, result.fillers);
  result.placeholder = !parts.placeholders.empty();
  return result;
}

// Null root when it is refused or does not parse.
ParsedText parse(const Embedded& sql) {
  return sql.refusal ? ParsedText() : parse_text(sql.text.c_str(), sql.text.size(), &sql.fillers);
}

Unparsed failure(const Embedded& sql, const ParsedText& parsed, Span where, bool exact) {
  if (sql.refusal) return {sql.refusal->cause, where, where, sql.refusal->message};
  if (parsed.limit) return {ParseFailure::limit, where, where, parsed.message};
  Unparsed unparsed = explain_failure(sql.text, {parsed.message, parsed.offset}, sql.placeholder);
  const auto moved = [&](Span span) {
    return exact ? Span{where.begin + span.begin, where.begin + span.end} : where;
  };
  unparsed.statement = where;
  unparsed.place = moved(unparsed.place);
  return unparsed;
}

// Statements of one text inside a body. `where` is where they stand; `exact`: byte by byte.
void lower_text(const Lowering& to, std::string text, Span where, bool exact, bool conditional) {
  const Embedded sql = embedded(std::move(text), to.options->limits);
  const ParsedText parsed = parse(sql);
  if (!parsed.root) {
    if (to.unparsed != nullptr) to.unparsed->push_back(failure(sql, parsed, where, exact));
    return;
  }
  Lowering inner = to;
  inner.text = sql.text;
  inner.base = where.begin;
  inner.statement = where;
  inner.conditional = conditional;
  inner.verbatim = exact;
  inner.depth = to.depth + 1;
  const std::size_t first = to.operations->size();
  for (const Node statement : parsed.root.list("stmts")) lower_statement(inner, statement["stmt"]);
  if (exact) return;
  for (std::size_t i = first; i < to.operations->size(); ++i) (*to.operations)[i].span = where;
}

bool may_call(std::string_view expression) {
  return expression.find('(') != std::string_view::npos;
}

// Parses "SELECT <expression>" and gives the expression's node to `use`.
template <class Use>
void with_expression(std::string_view expression, Use use) {
  const Embedded sql = embedded("SELECT " + std::string(expression), Limits());
  const ParsedText parsed = parse(sql);
  if (!parsed.root) return;
  const Node select = parsed.root.list("stmts").front()["stmt"].body("SelectStmt");
  use(select, select.list("targetList").front().body()["val"]);
}

std::optional<std::string> executed_text(std::string_view expression) {
  std::optional<std::string> text;
  with_expression(expression, [&](Node, Node value) {
    if (const ExprPtr expr = lower_expr(value)) text = constant_text(*expr);
  });
  return text;
}

void lower_piece(const Lowering& to, const Body& body, const PlPiece& piece) {
  const std::string_view text =
      body.text.substr(piece.span.begin, piece.span.end - piece.span.begin);
  const bool conditional = to.conditional || piece.conditional;
  const Span where = place(body, piece.span);
  switch (piece.kind) {
    case PlPiece::Kind::sql:
    case PlPiece::Kind::perform:
      lower_text(to, sql_of(body.text, piece), where, body.verbatim, conditional);
      return;
    case PlPiece::Kind::execute:
      if (const auto sql = executed_text(text)) {
        lower_text(to, *sql, where, false, conditional);
      } else {
        to.operations->push_back({where, conditional, DynamicSql{std::string(text)}});
      }
      return;
    case PlPiece::Kind::expression: {
      if (!may_call(text)) return;
      // What does not parse is no statement of its own: the bounds of FOR (1..n), say.
      std::vector<Operation> calls;
      std::vector<Unparsed> unparsed;
      Lowering inner = to;
      inner.operations = &calls;
      inner.unparsed = &unparsed;
      lower_text(inner, "SELECT " + std::string(text), where, false, conditional);
      for (Operation& call : calls)
        if (!std::holds_alternative<Read>(call.action)) to.operations->push_back(std::move(call));
      for (Unparsed& one : unparsed)
        if (one.cause == ParseFailure::limit && to.unparsed != nullptr)
          to.unparsed->push_back(std::move(one));
      return;
    }
    case PlPiece::Kind::type:
      return;
  }
}

// False when the words do not nest.
bool lower_plpgsql(const Lowering& to, const Body& body) {
  const PlBody scanned = scan_plpgsql(body.text);
  for (const PlPiece& piece : scanned.pieces) lower_piece(to, body, piece);
  return scanned.complete;
}

// Where the literal at `begin` has its content, when that stands there byte by byte (but for
// placeholders): a dollar-quoted string, or a quoted one without quotes or escapes in it.
std::optional<std::uint32_t> content_offset(std::string_view text, std::size_t begin,
                                            std::size_t length) {
  if (begin >= text.size()) return std::nullopt;
  std::size_t open = begin;
  if (text[begin] == '$')
    open = text.find('$', begin + 1);
  else if (text[begin] != '\'')
    return std::nullopt;
  if (open == std::string_view::npos) return std::nullopt;
  ++open;
  const std::string_view quote = text.substr(begin, open - begin);
  if (open + length > text.size() || text.substr(open + length, quote.size()) != quote)
    return std::nullopt;
  if (text.substr(open, length).find(quote) != std::string_view::npos) return std::nullopt;
  return static_cast<std::uint32_t>(open);
}

template <class T>
void add_once(std::vector<T>& list, T value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(std::move(value));
}

void add_names(BodyUse& use, TreeNames names, const std::vector<std::string>& variables) {
  const auto is_variable = [&](const std::string& name) {
    return std::find(variables.begin(), variables.end(), name) != variables.end();
  };
  for (QualifiedName& relation : names.relations) add_once(use.relations, std::move(relation));
  for (std::string& function : names.functions) add_once(use.functions, std::move(function));
  for (auto& column : names.columns)
    if (!column.first.empty() || !is_variable(column.second))
      add_once(use.columns, std::move(column));
}

void use_text(BodyUse& use, std::string text, const std::vector<std::string>& variables) {
  const Embedded sql = embedded(std::move(text), Limits());
  const ParsedText parsed = parse(sql);
  if (parsed.root) add_names(use, names_in(parsed.root["stmts"]), variables);
}

// "users.id%TYPE" and "users%ROWTYPE" name a table; other declared types are kept as types.
void use_type(BodyUse& use, std::string_view declared) {
  std::string text(declared);
  const std::size_t percent = text.find('%');
  if (percent == std::string::npos) {
    with_expression("NULL::" + text, [&](Node, Node value) {
      if (const Node type = value.body("TypeCast")["typeName"])
        add_once(use.types, lower_type(type));
    });
    return;
  }
  const bool row = text.find_first_of("rR", percent) == percent + 1;
  const std::string column = row ? text.substr(0, percent) + ".x" : text.substr(0, percent);
  with_expression(column, [&](Node, Node value) {
    const std::vector<std::string> parts = strings(value.body("ColumnRef").list("fields"));
    if (parts.size() < 2) return;  // another variable's type
    QualifiedName table{parts.size() > 2 ? parts[parts.size() - 3] : std::string(),
                        parts[parts.size() - 2]};
    if (!row) add_once(use.columns, {table.name, parts.back()});
    add_once(use.relations, std::move(table));
  });
}

void use_piece(BodyUse& use, std::string_view body, const PlPiece& piece,
               const std::vector<std::string>& variables) {
  const std::string_view text = body.substr(piece.span.begin, piece.span.end - piece.span.begin);
  switch (piece.kind) {
    case PlPiece::Kind::sql:
    case PlPiece::Kind::perform:
      use_text(use, sql_of(body, piece), variables);
      return;
    case PlPiece::Kind::expression:
      use_text(use, "SELECT " + std::string(text), variables);
      return;
    case PlPiece::Kind::type:
      use_type(use, text);
      return;
    case PlPiece::Kind::execute:
      if (const auto sql = executed_text(text))
        use_text(use, *sql, variables);
      else
        use.dynamic = true;
      return;
  }
}

std::vector<std::string> parameter_names(const CreateFunction& function) {
  std::vector<std::string> names;
  for (const Parameter& parameter : function.parameters) names.push_back(parameter.name);
  return names;
}

bool is_readable(const CreateFunction& function) {
  return (function.language == "plpgsql" || function.language == "sql") && !function.body.empty();
}

}  // namespace

void lower_do(const Lowering& to, Node node) {
  std::string_view language = "plpgsql";
  std::string_view text;
  Node literal;
  for (const Node wrapped : node.list("args")) {
    const Node option = wrapped.body();
    if (option.text("defname") == "language") language = option["arg"].string();
    if (option.text("defname") != "as") continue;
    text = option["arg"].string();
    literal = option;
  }
  if (to.depth >= max_nesting && to.unparsed != nullptr) {
    to.unparsed->push_back({ParseFailure::limit, to.statement, to.statement,
                            fmt::format("more than {} DO blocks inside one another", max_nesting)});
    return;
  }
  if (language != "plpgsql" || to.depth >= max_nesting)
    return to.add(DynamicSql{std::string(text)});

  Body body{text, 0, false, to.statement};
  const auto begin = static_cast<std::size_t>(literal.number("location"));
  if (const auto content = content_offset(to.text, begin, text.size()); content && to.verbatim) {
    body.base = to.base + *content;
    body.verbatim = true;
  }
  if (!lower_plpgsql(to, body) && to.unparsed != nullptr)
    to.unparsed->push_back({ParseFailure::broken, to.statement, to.statement,
                            "the PL/pgSQL block does not end where it should"});
}

BodyOperations body_operations(const CreateFunction& function) {
  BodyOperations result;
  if (!is_readable(function)) return result;
  const ParseOptions options;
  Lowering to;
  to.options = &options;
  to.text = function.body;
  to.statement = function.body_span;
  to.verbatim = false;
  to.operations = &result.operations;
  to.unparsed = &result.unparsed;
  const Body body{function.body, 0, false, function.body_span};
  result.understood = true;
  if (function.language == "plpgsql")
    result.understood = lower_plpgsql(to, body);
  else
    lower_text(to, function.body, function.body_span, false, false);
  return result;
}

BodyUse body_use(const CreateFunction& function) {
  BodyUse use;
  if (!is_readable(function)) return use;
  std::vector<std::string> variables = parameter_names(function);
  use.understood = true;
  if (function.language == "sql") {
    use_text(use, function.body, variables);
    return use;
  }
  PlBody body = scan_plpgsql(function.body);
  use.understood = body.complete;
  variables.insert(variables.end(), body.variables.begin(), body.variables.end());
  for (const PlPiece& piece : body.pieces) use_piece(use, function.body, piece, variables);
  use.new_columns = std::move(body.new_columns);
  use.only_assigns_new = body.only_assigns_new && body.complete;
  use.straight = body.straight;
  use.raises = body.raises;
  return use;
}

}  // namespace backout::sql
