// Precedence climbing, as in the engine. Its quirks are kept on purpose: `not` binds tighter than
// comparisons, nothing may follow a number or `true`, and in 1.15 a `not in` behind an operator
// that binds tighter loses its `not`.
#include "expr/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "expr/builtin.h"
#include "expr/lexer.h"
#include "expr/number.h"
#include "expr/unicode.h"
#include "report/escape.h"

namespace backout::expr {
namespace {

using Kind = Token::Kind;
using Nodes = std::vector<NodeId>;

// Nothing: no binary operator.
std::optional<int> binary_precedence(std::string_view op) {
  constexpr std::pair<std::string_view, int> table[] = {
      {"|", 0},         {"or", 10}, {"||", 10},      {"and", 15},      {"&&", 15},
      {"==", 20},       {"!=", 20}, {"<", 20},       {">", 20},        {">=", 20},
      {"<=", 20},       {"in", 20}, {"matches", 20}, {"contains", 20}, {"startsWith", 20},
      {"endsWith", 20}, {"..", 25}, {"+", 30},       {"-", 30},        {"*", 60},
      {"/", 60},        {"%", 60},  {"**", 100},     {"^", 100},       {"??", 500}};
  for (const auto& [name, precedence] : table)
    if (name == op) return precedence;
  return std::nullopt;
}

std::optional<int> unary_precedence(std::string_view op) {
  if (op == "not" || op == "!") return 50;
  if (op == "-" || op == "+") return 90;
  return std::nullopt;
}

// 1.17 chains these: `a < b < c`.
bool is_ordering(std::string_view op) { return op == "<" || op == ">" || op == "<=" || op == ">="; }

bool may_be_negated(std::string_view op) {
  return op == "in" || op == "matches" || op == "contains" || op == "startsWith" ||
         op == "endsWith";
}

class Parser {
 public:
  Parser(std::vector<Token> tokens, Engine engine) : tokens_(std::move(tokens)), engine_(engine) {}

  tl::expected<Tree, Problem> run() {
    tree_.root = modern(engine_) ? sequence() : expression(0);
    if (!is(Kind::end)) unexpected();
    if (problem_) return tl::unexpected(std::move(*problem_));
    return std::move(tree_);
  }

 private:
  [[nodiscard]] const Token& current() const { return tokens_[at_]; }
  [[nodiscard]] bool is(Kind kind) const { return current().kind == kind; }
  [[nodiscard]] bool is(Kind kind, std::string_view text) const {
    return is(kind) && current().text == text;
  }
  [[nodiscard]] bool is_operator(std::string_view text) const { return is(Kind::operator_, text); }
  [[nodiscard]] bool is_bracket(std::string_view text) const { return is(Kind::bracket, text); }
  void next() {
    if (at_ + 1 < tokens_.size()) ++at_;
  }
  // The end of the token before the current one.
  [[nodiscard]] std::uint32_t end() const { return at_ == 0 ? 0 : tokens_[at_ - 1].span.end; }

  void fail(std::string message, Span span, Stage stage = Stage::parse) {
    if (!problem_) problem_ = Problem{stage, std::move(message), span, {}};
  }
  void unexpected() { unexpected(current()); }
  void unexpected(const Token& token) {
    if (token.kind == Kind::end)
      fail("the condition ends too early", token.span);
    else
      fail(fmt::format("`{}` was not expected here",
                       report::visible(token.kind == Kind::text ? "a text" : token.text)),
           token.span);
  }
  bool expect(Kind kind, std::string_view text) {
    if (!is(kind, text)) {
      unexpected();
      return false;
    }
    next();
    return true;
  }

  NodeId add(Node node) {
    for (const NodeId child : node.children)
      if (child != no_node) node.depth = std::max(node.depth, tree_[child].depth + 1);
    if (node.depth > deepest_condition)
      fail(fmt::format("the condition nests deeper than {} levels", deepest_condition), node.span,
           Stage::limit);
    constexpr std::size_t engine_limit = 10'000;  // of 1.17; more is beyond any use in 1.15 too
    if (tree_.nodes.size() >= engine_limit)
      fail(fmt::format("the condition has more than {} parts", engine_limit), node.span,
           modern(engine_) ? Stage::parse : Stage::limit);
    tree_.nodes.push_back(std::move(node));
    return static_cast<NodeId>(tree_.nodes.size() - 1);
  }
  NodeId add(Node::Kind kind, std::uint32_t begin, Nodes children, std::string text = {},
             bool flag = false) {
    return add({.kind = kind,
                .flag = flag,
                .span = {begin, std::max(begin, end())},
                .text = std::move(text),
                .children = std::move(children)});
  }
  [[nodiscard]] std::uint32_t begin_of(NodeId id) const { return tree_[id].span.begin; }

  // Every way down goes through here, so this bounds the parser's own recursion as well.
  NodeId expression(int precedence) {
    if (++nesting_ > deepest_condition)
      fail(fmt::format("the condition nests deeper than {} levels", deepest_condition),
           current().span, Stage::limit);
    const NodeId node = problem_ ? nothing() : expression_within(precedence);
    --nesting_;
    return node;
  }
  // Stands for what could not be parsed, so that callers need not ask.
  NodeId nothing() { return add(Node::Kind::nil, current().span.begin, {}); }

  NodeId expression_within(int precedence) {
    if (precedence == 0 && is_operator("let")) return let();
    if (precedence == 0 && modern(engine_) && is_operator("if")) return if_else();
    NodeId left = primary();
    std::string previous;
    while (is(Kind::operator_) && !problem_) {
      bool negated = false;
      if (is_operator("not")) {
        const std::size_t not_at = at_;
        next();
        const auto follower =
            is(Kind::operator_) ? binary_precedence(current().text) : std::nullopt;
        if (modern(engine_) && !may_be_negated(current().text)) {
          unexpected();
          break;
        }
        if (modern(engine_) && (!follower || *follower < precedence)) {
          at_ = not_at;
          break;
        }
        negated = true;  // in 1.15 lost when what follows binds looser
      }
      const Token op = current();
      const auto its = op.kind == Kind::operator_ ? binary_precedence(op.text) : std::nullopt;
      if (!its || *its < precedence) break;
      next();
      if (op.text == "|") {
        left = piped(left);
      } else if (previous == "??" && op.text != "??") {
        fail(fmt::format("`{}` and `??` cannot be mixed: put one of them into brackets", op.text),
             op.span);
        break;
      } else if (modern(engine_) && is_ordering(op.text)) {
        left = orderings(left, op);
      } else {
        const bool right_to_left = op.text == "**" || op.text == "^";
        const NodeId right = expression(right_to_left ? *its : *its + 1);
        left = add(Node::Kind::binary, begin_of(left), {left, right}, op.text);
        if (negated) left = add(Node::Kind::unary, begin_of(left), {left}, "not");
      }
      previous = op.text;
    }
    if (precedence == 0)
      while (is_operator("?") && !problem_) left = ternary(left);
    return left;
  }

  // 1.17: `a < b < c` is `a < b && b < c`.
  NodeId orderings(NodeId left, Token op) {
    const std::uint32_t begin = begin_of(left);
    NodeId all = no_node;
    for (;;) {
      const NodeId right = expression(*binary_precedence(op.text) + 1);
      const NodeId one = add(Node::Kind::binary, begin, {left, right}, op.text);
      all = all == no_node ? one : add(Node::Kind::binary, begin, {all, one}, "&&");
      left = right;
      op = current();
      if (op.kind != Kind::operator_ || !is_ordering(op.text) || problem_) break;
      next();
    }
    return all;
  }

  NodeId ternary(NodeId condition) {
    next();
    NodeId then = condition;
    if (is_operator(":")) {
      next();
    } else {
      then = expression(0);
      expect(Kind::operator_, ":");
    }
    const NodeId otherwise = expression(0);
    return add(Node::Kind::conditional, begin_of(condition), {condition, then, otherwise});
  }

  NodeId let() {
    const std::uint32_t begin = current().span.begin;
    next();
    const std::string name = current().text;
    if (!is(Kind::name)) unexpected();
    next();
    expect(Kind::operator_, "=");
    const NodeId value = expression(0);
    expect(Kind::operator_, ";");
    const NodeId body = modern(engine_) ? sequence() : expression(0);
    return add(Node::Kind::let, begin, {value, body}, name);
  }

  NodeId if_else() {
    if (++nesting_ > deepest_condition)
      fail(fmt::format("the condition nests deeper than {} levels", deepest_condition),
           current().span, Stage::limit);
    const std::uint32_t begin = current().span.begin;
    next();
    const NodeId condition = expression(0);
    expect(Kind::bracket, "{");
    const NodeId then = sequence();
    expect(Kind::bracket, "}");
    expect(Kind::operator_, "else");
    NodeId otherwise = no_node;
    if (is_operator("if") && !problem_) {
      otherwise = if_else();
    } else {
      expect(Kind::bracket, "{");
      otherwise = sequence();
      expect(Kind::bracket, "}");
    }
    --nesting_;
    return add(Node::Kind::conditional, begin, {condition, then, otherwise});
  }

  NodeId sequence() {
    Nodes nodes = {expression(0)};
    while (is_operator(";") && !problem_) {
      next();
      if (is(Kind::end)) break;
      nodes.push_back(expression(0));
    }
    if (nodes.size() == 1) return nodes.front();
    const std::uint32_t begin = begin_of(nodes.front());
    return add(Node::Kind::sequence, begin, std::move(nodes));
  }

  NodeId primary() {
    const Token token = current();
    if (token.kind == Kind::operator_) {
      if (const auto precedence = unary_precedence(token.text)) {
        next();
        const NodeId operand = expression(*precedence);
        return postfix(add(Node::Kind::unary, token.span.begin, {operand}, token.text));
      }
    }
    if (is_bracket("(")) {
      next();
      const NodeId inner = modern(engine_) ? sequence() : expression(0);
      expect(Kind::bracket, ")");
      return postfix(inner);
    }
    if (is_operator("#") || is_operator(".")) {
      if (predicates_ == 0) {
        fail(fmt::format("`{}` has a meaning only in a predicate", token.text), token.span);
        return nothing();
      }
      std::string name;
      if (is_operator("#")) {
        next();
        if (is(Kind::name)) {
          name = current().text;
          next();
        }
      }
      return postfix(add(Node::Kind::pointer, token.span.begin, {}, std::move(name)));
    }
    if (modern(engine_) && is_operator("::")) {
      next();
      const Token name = current();
      if (!is(Kind::name)) unexpected();
      next();
      return postfix(call(name, {}));
    }
    return secondary();
  }

  NodeId secondary() {
    const Token token = current();
    const std::uint32_t begin = token.span.begin;
    if (is_bracket("[")) return postfix(array());
    if (is_bracket("{")) return postfix(map());
    switch (token.kind) {
      case Kind::name:
        next();
        if (token.text == "true" || token.text == "false")
          return add(Node::Kind::boolean, begin, {}, {}, token.text == "true");
        if (token.text == "nil") return add(Node::Kind::nil, begin, {});
        return postfix(is_bracket("(") ? call(token, {})
                                       : add(Node::Kind::name, begin, {}, token.text));
      case Kind::number:
        next();
        return number(token);
      case Kind::text: {
        next();
        const NodeId node = add(Node::Kind::text, begin, {}, token.text);
        return modern(engine_) ? postfix(node) : node;
      }
      case Kind::bytes:
        next();
        return postfix(add(Node::Kind::bytes, begin, {}, token.text));
      default:
        unexpected();
        return nothing();
    }
  }

  NodeId number(const Token& token) {
    std::string digits = token.text;
    digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
    const std::string lower = to_lower(digits);
    Node node{.kind = Node::Kind::integer, .span = token.span};
    std::optional<std::int64_t> integer;
    const bool hex =
        modern(engine_) ? lower.starts_with("0x") : digits.find('x') != std::string::npos;
    if (hex) {
      if (lower.starts_with("0x")) integer = read_integer(std::string_view(lower).substr(2), 16);
    } else if (lower.find_first_of(".e") != std::string::npos) {
      const auto value = read_number(digits);
      if (value) {
        node.kind = Node::Kind::number;
        node.number = *value;
        return add(std::move(node));
      }
    } else if (modern(engine_) && (lower.starts_with("0b") || lower.starts_with("0o"))) {
      integer = read_integer(std::string_view(lower).substr(2), lower[1] == 'b' ? 2 : 8);
    } else {
      integer = read_integer(digits);
    }
    if (!integer) {
      const bool plain = digits.find_first_not_of("0123456789") == std::string::npos;
      fail(plain ? fmt::format("`{}` is too large for an integer", token.text)
                 : fmt::format("`{}` is no number", token.text),
           token.span);
      return nothing();
    }
    node.integer = *integer;
    return add(std::move(node));
  }

  NodeId array() {
    const std::uint32_t begin = current().span.begin;
    next();
    Nodes items;
    while (!is_bracket("]") && !problem_) {
      if (!items.empty()) {
        expect(Kind::operator_, ",");
        if (is_bracket("]")) break;
      }
      items.push_back(expression(0));
    }
    expect(Kind::bracket, "]");
    return add(Node::Kind::array, begin, std::move(items));
  }

  NodeId map() {
    const std::uint32_t begin = current().span.begin;
    next();
    Nodes pairs;
    while (!is_bracket("}") && !problem_) {
      if (!pairs.empty()) {
        expect(Kind::operator_, ",");
        if (is_bracket("}")) break;
      }
      const Token token = current();
      NodeId key = no_node;
      if (is(Kind::number) || is(Kind::text) || is(Kind::name)) {
        next();
        key = add(Node::Kind::text, token.span.begin, {}, token.text);
      } else if (is_bracket("(")) {
        key = expression(0);
      } else {
        fail("a key must be a name, a text, a number, or an expression in brackets", token.span);
        key = nothing();
      }
      expect(Kind::operator_, ":");
      const NodeId value = expression(0);
      pairs.push_back(add(Node::Kind::pair, token.span.begin, {key, value}));
    }
    expect(Kind::bracket, "}");
    return add(Node::Kind::map, begin, std::move(pairs));
  }

  NodeId piped(NodeId left) {
    const Token name = current();
    if (!is(Kind::name)) unexpected();
    next();
    return call(name, {left});
  }

  // What stands behind a function's name. `arguments`: what was piped into it.
  NodeId call(const Token& name, Nodes arguments) {
    const std::uint32_t begin = arguments.empty() ? name.span.begin : begin_of(arguments.front());
    const Builtin* const builtin = find_builtin(name.text, engine_);
    if (!builtin) {
      const NodeId callee = add({.kind = Node::Kind::name, .span = name.span, .text = name.text});
      call_arguments(arguments);
      arguments.insert(arguments.begin(), callee);
      return add(Node::Kind::call, begin, std::move(arguments));
    }
    const std::string_view form = form_of(*builtin, engine_);
    if (form.empty())
      call_arguments(arguments);
    else
      predicate_arguments(form.substr(arguments.size()), arguments);
    return add(Node::Kind::builtin, begin, std::move(arguments), name.text);
  }

  void call_arguments(Nodes& arguments) {
    expect(Kind::bracket, "(");
    for (bool first = true; !is_bracket(")") && !problem_; first = false) {
      if (!first) expect(Kind::operator_, ",");
      if (modern(engine_) && is_bracket(")")) break;
      arguments.push_back(expression(0));
    }
    expect(Kind::bracket, ")");
  }

  void predicate_arguments(std::string_view form, Nodes& arguments) {
    expect(Kind::bracket, "(");
    for (std::size_t i = 0; i < form.size() && !problem_; ++i) {
      const bool optional = form[i] == 'P' || form[i] == 'E';
      if (is_bracket(")")) {
        if (!optional) fail("an argument is missing", current().span);
        break;
      }
      if (i > 0) {
        if (optional && !modern(engine_) && !is_operator(",")) break;
        expect(Kind::operator_, ",");
      }
      arguments.push_back(form[i] == 'p' || form[i] == 'P' ? predicate() : expression(0));
    }
    if (modern(engine_) && is_operator(",")) next();
    expect(Kind::bracket, ")");
  }

  NodeId predicate() {
    const std::uint32_t begin = current().span.begin;
    const bool braces = is_bracket("{");
    if (braces) next();
    ++predicates_;
    const NodeId body = braces && modern(engine_) ? sequence() : expression(0);
    --predicates_;
    if (braces)
      expect(Kind::bracket, "}");
    else if (is_operator(";"))
      unexpected();
    return add(Node::Kind::predicate, begin, {body});
  }

  // `.name`, `?.name`, `[index]`, `[from:to]`, calls of methods.
  NodeId postfix(NodeId node) {
    while (!problem_) {
      bool optional = is_operator("?.");
      if (optional && modern(engine_) && tokens_[at_ + 1].kind == Kind::bracket &&
          tokens_[at_ + 1].text == "[") {
        next();
        node = index(node, true);
      } else if (optional || is_operator(".")) {
        next();
        node = field(node, optional);
      } else if (is_bracket("[")) {
        node = index(node, false);
      } else {
        break;
      }
    }
    return node;
  }

  NodeId field(NodeId node, bool optional) {
    const Token name = current();
    const bool word = name.kind == Kind::operator_ && !name.text.empty() &&
                      is_name_character(rune_at(name.text, 0).value);
    if (name.kind != Kind::name && !word) {
      fail("a name must stand behind the point", name.span);
      return node;
    }
    next();
    const std::uint32_t begin = begin_of(node);
    const bool in_chain = tree_[node].kind == Node::Kind::chain;
    if (in_chain) node = tree_[node].children[0];
    const NodeId property = add({.kind = Node::Kind::text, .span = name.span, .text = name.text});
    node = add(Node::Kind::member, begin, {node, property}, {}, optional);
    if (is_bracket("(")) {
      Nodes arguments;
      call_arguments(arguments);
      arguments.insert(arguments.begin(), node);
      node = add(Node::Kind::call, begin, std::move(arguments));
    }
    return in_chain || optional ? add(Node::Kind::chain, begin, {node}) : node;
  }

  NodeId index(NodeId node, bool optional) {
    const std::uint32_t begin = begin_of(node);
    next();
    NodeId from = no_node;
    if (!is_operator(":")) from = expression(0);
    if (is_operator(":")) {
      next();
      const NodeId to = is_bracket("]") ? no_node : expression(0);
      expect(Kind::bracket, "]");
      return add(Node::Kind::slice, begin, {node, from, to});
    }
    expect(Kind::bracket, "]");
    node = add(Node::Kind::member, begin, {node, from}, {}, optional);
    return optional ? add(Node::Kind::chain, begin, {node}) : node;
  }

  std::vector<Token> tokens_;
  const Engine engine_;
  std::size_t at_ = 0;
  std::uint32_t nesting_ = 0;
  int predicates_ = 0;
  Tree tree_;
  std::optional<Problem> problem_;
};

}  // namespace

tl::expected<Tree, Problem> parse(std::string_view condition, Engine engine) {
  if (condition.size() > longest_condition)
    return tl::unexpected(
        Problem{Stage::limit,
                fmt::format("the condition is longer than {} bytes", longest_condition),
                {},
                {}});
  auto tokens = tokens_of(condition, engine);
  if (!tokens) return tl::unexpected(std::move(tokens).error());
  return Parser(std::move(*tokens), engine).run();
}

std::string_view to_string(Stage stage) {
  switch (stage) {
    case Stage::parse:
      return "parse";
    case Stage::check:
      return "check";
    case Stage::run:
      return "run";
    case Stage::not_bool:
      return "not-bool";
    case Stage::limit:
      return "limit";
  }
  return {};
}

}  // namespace backout::expr
