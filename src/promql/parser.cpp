// Recursive descent with precedence climbing. One function for each production; each returns false
// once `problem_` is set.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "promql/function.h"
#include "promql/literal.h"
#include "promql/parse.h"

namespace backout::promql {
namespace {

using Kind = Expr::Kind;
using Words = std::initializer_list<std::string_view>;

struct Operator {
  std::string_view text;
  Op op;
  int level;  // of precedence, 1 binds least
};
constexpr Operator operators[] = {
    {"or", Op::or_, 1},   {"and", Op::and_, 2},         {"unless", Op::unless, 2},
    {"==", Op::equal, 3}, {"!=", Op::not_equal, 3},     {">", Op::greater, 3},
    {"<", Op::less, 3},   {">=", Op::greater_equal, 3}, {"<=", Op::less_equal, 3},
    {"+", Op::add, 4},    {"-", Op::subtract, 4},       {"*", Op::multiply, 5},
    {"/", Op::divide, 5}, {"%", Op::modulo, 5},         {"atan2", Op::atan2, 5},
    {"^", Op::power, 6},
};
constexpr int unary_level = 6;  // what a sign's operand may contain: as strong as `^`

// Keywords that are no metric's name, and the one that is no label's.
constexpr std::string_view never_metric[] = {"bool",        "on",    "ignoring", "group_left",
                                             "group_right", "atan2", "inf",      "nan"};
constexpr std::string_view never_label[] = {"without", "inf", "nan"};

template <std::size_t Count>
bool is_one_of(std::string_view word, const std::string_view (&words)[Count]) {
  return std::any_of(std::begin(words), std::end(words),
                     [&](std::string_view each) { return is_keyword(word, each); });
}

class Parser {
 public:
  Parser(std::string_view text, const ParseOptions& options)
      : text_(text),
        options_(options),
        tokens_(tokens(text, {options.placeholders, options.version3})) {}

  tl::expected<Query, Problem> run() {
    Query query;
    query.version3 = options_.version3;
    if (token().kind == Token::Kind::end) {
      set(Problem::Kind::syntax, {0, static_cast<std::uint32_t>(text_.size())},
          "the query is empty");
    } else if (expression(query.root, 1) && token().kind != Token::Kind::end) {
      unexpected("");
    }
    query.placeholders = std::move(tokens_.placeholders);
    if (opaque_) {
      query.root = whole_text();
    } else if (failed_) {
      return tl::unexpected(std::move(problem_));
    } else if (auto checked = check(query.root, options_.version3); !checked) {
      return tl::unexpected(std::move(checked).error());
    }
    return query;
  }

 private:
  // ---- tokens

  [[nodiscard]] const Token& token(std::size_t ahead = 0) const {
    return tokens_.all[std::min(next_ + ahead, tokens_.all.size() - 1)];
  }
  [[nodiscard]] std::string_view text(const Token& token) const {
    return text_.substr(token.span.begin, token.span.end - token.span.begin);
  }
  [[nodiscard]] bool is(std::string_view symbol, std::size_t ahead = 0) const {
    return token(ahead).kind == Token::Kind::symbol && text(token(ahead)) == symbol;
  }
  [[nodiscard]] bool is_word(std::string_view keyword, std::size_t ahead = 0) const {
    return token(ahead).kind == Token::Kind::word && is_keyword(text(token(ahead)), keyword);
  }
  [[nodiscard]] bool is_any_word(Words words, std::size_t ahead = 0) const {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view each) { return is_word(each, ahead); });
  }
  bool take(std::string_view symbol) {
    if (!is(symbol)) return false;
    ++next_;
    return true;
  }
  [[nodiscard]] std::uint32_t end_of_last() const { return tokens_.all[next_ - 1].span.end; }

  // ---- problems

  bool set(Problem::Kind kind, Span span, std::string message) {
    if (!failed_) problem_ = {kind, span, std::move(message)};
    failed_ = true;
    return false;
  }
  bool type_problem(Span span, std::string message) {
    return set(Problem::Kind::type, span, std::move(message));
  }
  // `wanted`: ", expected a duration".
  bool unexpected(std::string_view wanted) {
    const Token& wrong = token();
    // A placeholder on its own beside something else may be an operator, or anything.
    const bool after_placeholder = next_ > 0 && wrong.kind != Token::Kind::end &&
                                   tokens_.all[next_ - 1].placeholder &&
                                   tokens_.all[next_ - 1].kind == Token::Kind::word;
    if ((wrong.kind == Token::Kind::word && wrong.placeholder) || after_placeholder)
      opaque_ = tokens_.message.empty();
    if (wrong.kind == Token::Kind::broken)
      return set(Problem::Kind::syntax, wrong.span, tokens_.message);
    if (wrong.kind == Token::Kind::end)
      return set(Problem::Kind::syntax, wrong.span, fmt::format("unexpected end{}", wanted));
    return set(Problem::Kind::syntax, wrong.span,
               fmt::format("unexpected `{}`{}", text(wrong), wanted));
  }
  bool want(std::string_view symbol, std::string_view wanted) {
    return take(symbol) || unexpected(wanted);
  }
  // Counts a node and takes its children's height.
  bool finish(Expr& expr) {
    std::uint16_t height = 0;
    for (const Expr& each : expr.args) height = std::max(height, each.height);
    expr.height = static_cast<std::uint16_t>(height + 1);
    if (++nodes_ > most_nodes)
      return set(Problem::Kind::limit, expr.span,
                 fmt::format("the query has more than {} parts", most_nodes));
    return expr.height <= most_levels || too_deep(expr.span);
  }
  bool too_deep(Span span) {
    return set(Problem::Kind::limit, span,
               fmt::format("the query is nested more than {} levels deep", most_levels));
  }
  [[nodiscard]] Expr whole_text() const {
    Expr expr;
    expr.text = text_;
    expr.span = expr.word = {0, static_cast<std::uint32_t>(text_.size())};
    return expr;
  }

  // ---- expressions

  [[nodiscard]] const Operator* operator_here() const {
    const Token& here = token();
    if (here.kind != Token::Kind::symbol && here.kind != Token::Kind::word) return nullptr;
    for (const Operator& each : operators)
      if (is_keyword(text(here), each.text)) return &each;
    return nullptr;
  }

  bool expression(Expr& out, int level) {
    if (++depth_ > most_levels) return too_deep(token().span);
    if (!unary(out)) return false;
    for (const Operator* found = operator_here(); found && found->level >= level;
         found = operator_here()) {
      Expr binary;
      binary.kind = Kind::binary;
      binary.op = found->op;
      binary.word = token().span;
      ++next_;
      Expr right;
      if (!modifiers(binary) ||
          !expression(right, found->op == Op::power ? found->level : found->level + 1))
        return false;
      binary.span = {out.span.begin, right.span.end};
      binary.args.reserve(2);
      binary.args.push_back(std::move(out));
      binary.args.push_back(std::move(right));
      out = std::move(binary);
      if (!finish(out)) return false;
    }
    --depth_;
    return true;
  }

  bool unary(Expr& out) {
    if (!is("+") && !is("-")) return primary(out) && suffixes(out);
    const Token sign = token();
    const bool minus = is("-");
    ++next_;
    Expr operand;
    if (!expression(operand, unary_level)) return false;
    const Span span{sign.span.begin, operand.span.end};
    if (operand.kind == Kind::number) {
      out = std::move(operand);
      if (minus) out.number = -out.number;
      out.span = out.word = span;
      return true;
    }
    out.kind = Kind::unary;
    out.op = minus ? Op::subtract : Op::add;
    out.word = sign.span;
    out.span = span;
    out.args.push_back(std::move(operand));
    return finish(out);
  }

  bool primary(Expr& out) {
    const Token& here = token();
    out.span = out.word = here.span;
    switch (here.kind) {
      case Token::Kind::number:
        return number(out);
      case Token::Kind::duration:
        return options_.version3 ? number(out) : unexpected(": a duration is no value");
      case Token::Kind::string:
        out.kind = Kind::string;
        out.text = string_value(text(here));
        ++next_;
        return finish(out);
      case Token::Kind::word:
        return word(out);
      case Token::Kind::symbol:
        if (is("{")) return selector(out);
        if (!is("(")) return unexpected(", expected a value");
        ++next_;
        out.kind = Kind::parentheses;
        out.args.emplace_back();
        if (!expression(out.args[0], 1) || !want(")", ", expected `)`")) return false;
        out.span.end = end_of_last();
        out.word = out.span;
        return finish(out);
      default:
        return unexpected(", expected a value");
    }
  }

  bool number(Expr& out) {
    double value = 0;
    if (!number_at(value)) return false;
    out.kind = Kind::number;
    out.number = value;
    return finish(out);
  }
  // 3.x takes a duration for its seconds.
  bool number_at(double& value) {
    const Token& here = token();
    if (here.kind == Token::Kind::duration) {
      Duration duration;
      if (!duration_at(duration)) return false;
      value = static_cast<double>(duration.milliseconds) / 1000;
      return true;
    }
    const auto read = number_value(text(here));
    if (!read)
      return set(Problem::Kind::syntax, here.span,
                 fmt::format("`{}` is no number, or out of range", text(here)));
    value = *read;
    ++next_;
    return true;
  }

  bool word(Expr& out) {
    const Token here = token();
    const std::string_view name = text(here);
    const bool called = is("(", 1);
    if (here.placeholder) {
      if (called) return call(out);
      if (is("{", 1) || is("[", 1) || is_any_word({"offset"}, 1) || is("@", 1))
        return selector(out);
      out.kind = Kind::placeholder;
      out.text = name;
      ++next_;
      return finish(out);
    }
    if (!aggregation_named(name, options_.version3).empty() &&
        (called || is_any_word({"by", "without"}, 1)))
      return aggregation(out);
    if (number_value(name)) return number(out);
    const bool plain = name.find(':') == std::string_view::npos && !keyword(name);
    if (called && plain) return call(out);
    if (is_one_of(name, never_metric)) return unexpected(", expected a value");
    return selector(out);
  }
  // Words that never begin a call.
  [[nodiscard]] bool keyword(std::string_view word) const {
    constexpr std::string_view others[] = {"and", "or",      "unless", "offset",
                                           "by",  "without", "start",  "end"};
    return is_one_of(word, never_metric) || is_one_of(word, others) ||
           !aggregation_named(word, options_.version3).empty();
  }

  bool call(Expr& out) {
    const Token name = token();
    out.kind = Kind::call;
    out.text = text(name);
    ++next_;
    if (!arguments(out)) return false;
    if (!name.placeholder && !find_function(out.text, options_.version3)) {
      const std::string_view near = nearest_function(out.text, options_.version3);
      return type_problem(
          name.span,
          fmt::format("unknown function `{}`{}", out.text,
                      near.empty() ? std::string() : fmt::format("; did you mean `{}`?", near)));
    }
    return finish(out);
  }

  bool aggregation(Expr& out) {
    out.kind = Kind::aggregation;
    out.text = aggregation_named(text(token()), options_.version3);
    ++next_;
    if (is_any_word({"by", "without"}) && !labels(out.grouping)) return false;
    if (!arguments(out)) return false;
    if (out.grouping.kind == Labels::Kind::none && is_any_word({"by", "without"})) {
      if (!labels(out.grouping)) return false;
      out.span.end = end_of_last();
    }
    const std::size_t wanted = aggregation_parameter(out.text) != '\0' ? 2 : 1;
    if (out.args.size() != wanted)
      return type_problem(
          out.span,
          fmt::format("`{}` takes {}, not {}", out.text,
                      wanted == 2 ? "a parameter and a vector" : "one vector", out.args.size()));
    return finish(out);
  }

  bool arguments(Expr& out) {
    if (!want("(", ", expected `(`")) return false;
    while (!take(")")) {
      if (!out.args.empty()) {
        if (!want(",", ", expected `,` or `)`")) return false;
        if (is(")")) return unexpected(": no argument follows the comma");
      }
      out.args.emplace_back();
      if (!expression(out.args.back(), 1)) return false;
    }
    out.span.end = end_of_last();
    return true;
  }

  // ---- selectors

  [[nodiscard]] Name name_here() const {
    return {std::string(text(token())), token().span, token().placeholder};
  }
  [[nodiscard]] Name string_here() const {
    return {string_value(text(token())), token().span, token().placeholder};
  }

  bool selector(Expr& out) {
    out.kind = Kind::selector;
    if (token().kind == Token::Kind::word) {
      out.selector.metric = name_here();
      ++next_;
    }
    if (take("{") && !matchers(out.selector)) return false;
    out.span.end = end_of_last();
    return finish(out);
  }

  bool matchers(Selector& out) {
    while (!take("}")) {
      if (!matcher(out)) return false;
      if (!is("}") && !want(",", ", expected `,` or `}`")) return false;
    }
    return true;
  }

  bool matcher(Selector& out) {
    const Token label = token();
    Matcher matcher;
    const bool quoted = label.kind == Token::Kind::string && options_.version3;
    if (label.kind != Token::Kind::word && !quoted) return unexpected(", expected a label or `}`");
    matcher.label = quoted ? string_here() : name_here();
    ++next_;
    matcher.span = label.span;
    if (quoted && (is(",") || is("}"))) {
      if (!out.metric.text.empty())
        return type_problem(label.span, "the metric's name is given twice");
      out.metric = std::move(matcher.label);
      return true;
    }
    if (label.placeholder && (is(",") || is("}") || token().kind == Token::Kind::string)) {
      matcher.opaque = true;
      if (token().kind == Token::Kind::string) ++next_;
      matcher.span.end = end_of_last();
      out.matchers.push_back(std::move(matcher));
      return true;
    }
    if (is("=")) {
      matcher.op = Matcher::Op::equal;
    } else if (is("!=")) {
      matcher.op = Matcher::Op::not_equal;
    } else if (is("=~")) {
      matcher.op = Matcher::Op::matches;
    } else if (is("!~")) {
      matcher.op = Matcher::Op::not_matches;
    } else {
      return unexpected(", expected `=`, `!=`, `=~` or `!~`");
    }
    ++next_;
    if (token().kind != Token::Kind::string)
      return unexpected(", expected a string: values stand in quotes");
    matcher.value = string_here();
    ++next_;
    matcher.span.end = end_of_last();
    out.matchers.push_back(std::move(matcher));
    return true;
  }

  // ---- what stands behind a value

  bool suffixes(Expr& out) {
    for (;;) {
      const bool ok = is("[")             ? window(out)
                      : is_word("offset") ? offset(out)
                      : is("@")           ? at(out)
                                          : false;
      if (!ok) return !failed_;
    }
  }

  // A duration that is not zero. 3.x: also a number of seconds.
  bool duration_at(Duration& out) {
    const Token& here = token();
    out.span = here.span;
    if (here.kind == Token::Kind::word && here.placeholder) {
      out.placeholder = true;
      ++next_;
      return true;
    }
    if (options_.version3 && here.kind == Token::Kind::number) {
      double seconds = 0;
      if (!number_at(seconds)) return false;
      if (!(std::fabs(seconds) < 9e9))
        return set(Problem::Kind::syntax, here.span, "the duration is out of range");
      out.milliseconds = static_cast<std::int64_t>(seconds * 1000);
    } else {
      if (here.kind != Token::Kind::duration)
        return unexpected(", expected a duration such as `5m`");
      const auto read = duration_value(text(here));
      if (!read)
        return set(
            Problem::Kind::syntax, here.span,
            fmt::format("`{}` is no duration: whole numbers with the units y w d h m s ms in "
                        "this order, below 292 years",
                        text(here)));
      out.milliseconds = *read;
      ++next_;
    }
    return true;
  }
  bool positive_duration(Duration& out) {
    if (!duration_at(out)) return false;
    if (options_.version3 && !is("]") && !is(":")) return duration_arithmetic(out);
    return out.placeholder || out.milliseconds > 0 ||
           set(Problem::Kind::syntax, out.span, "the duration must be greater than zero");
  }
  // 3.x: `[5m * 2]`. Left to right is enough for what people write; the length is then not known.
  bool duration_arithmetic(Duration& out) {
    while (is("+") || is("-") || is("*") || is("/") || is("%") || is("^")) {
      ++next_;
      Duration right;
      if (!duration_at(right)) return false;
      out.span.end = end_of_last();
      out.placeholder = true;
    }
    return true;
  }

  bool window(Expr& out) {
    const std::uint32_t begin = token().span.begin;
    ++next_;
    Duration window, step;
    if (!positive_duration(window)) return false;
    const bool subquery = take(":");
    if (subquery && !is("]") && !positive_duration(step)) return false;
    if (!want("]", ", expected `]`")) return false;
    const Span brackets{begin, end_of_last()};
    if (!subquery) {
      if (out.kind != Kind::selector)
        return type_problem(
            brackets, "a range stands behind a selector only; a subquery has a colon: `[5m:]`");
      if (out.offset.written() || out.at.kind != At::Kind::none)
        return type_problem(brackets, "a range stands before `offset` and `@`");
    }
    Expr wrapped;
    wrapped.kind = subquery ? Kind::subquery : Kind::range;
    wrapped.span = {out.span.begin, end_of_last()};
    wrapped.word = brackets;
    wrapped.window = window;
    wrapped.step = step;
    wrapped.args.push_back(std::move(out));
    out = std::move(wrapped);
    return finish(out);
  }

  // What an `offset` or `@` belongs to; null when it cannot stand here.
  Expr* shifted(Expr& expr) {
    if (expr.kind == Kind::range) return expr.args.data();
    return expr.kind == Kind::selector || expr.kind == Kind::subquery ? &expr : nullptr;
  }

  bool offset(Expr& out) {
    const std::uint32_t begin = token().span.begin;
    ++next_;
    const bool minus = is("-");
    if (minus || (options_.version3 && is("+"))) ++next_;
    Duration offset;
    if (!duration_at(offset)) return false;
    const Span span{begin, end_of_last()};
    if (!offset.placeholder && offset.milliseconds == 0 && !options_.version3)
      return set(Problem::Kind::syntax, offset.span, "the duration must be greater than zero");
    if (minus) offset.milliseconds = -offset.milliseconds;
    Expr* const target = shifted(out);
    if (!target)
      return type_problem(span, "`offset` stands behind a selector, a range or a subquery only");
    if (target->offset.written()) return type_problem(span, "`offset` is given twice");
    target->offset = offset;
    out.span.end = target->span.end = span.end;
    return true;
  }

  bool at(Expr& out) {
    const std::uint32_t begin = token().span.begin;
    ++next_;
    At at;
    if (is_any_word({"start", "end"})) {
      at.kind = is_word("start") ? At::Kind::start : At::Kind::end;
      ++next_;
      if (!want("(", ", expected `()`") || !want(")", ", expected `)`")) return false;
    } else {
      at.kind = At::Kind::time;
      const bool minus = is("-");
      if (minus || is("+")) ++next_;
      const bool named = is_any_word({"inf", "nan"});
      if (token().kind == Token::Kind::word && token().placeholder) {
        ++next_;
      } else if (token().kind != Token::Kind::number && !named) {
        return unexpected(", expected a time in seconds, `start()` or `end()`");
      } else if (!number_at(at.seconds)) {
        return false;
      }
      if (minus) at.seconds = -at.seconds;
    }
    const Span span{begin, end_of_last()};
    if (!(std::fabs(at.seconds) < 9.2e18))
      return type_problem(span, "the time behind `@` is out of range");
    Expr* const target = shifted(out);
    if (!target)
      return type_problem(span, "`@` stands behind a selector, a range or a subquery only");
    if (target->at.kind != At::Kind::none) return type_problem(span, "`@` is given twice");
    target->at = at;
    out.span.end = target->span.end = span.end;
    return true;
  }

  // ---- labels

  bool modifiers(Expr& out) {
    if (is_word("bool")) {
      out.returns_bool = true;
      ++next_;
    }
    if (is_any_word({"on", "ignoring"})) {
      if (!labels(out.matching)) return false;
      if (is_any_word({"group_left", "group_right"}) && !labels(out.grouping)) return false;
    }
    return !options_.version3 || fill();
  }
  // 3.x: `fill(0)`, `fill_left(0) fill_right(0)`: a value for a missing side.
  bool fill() {
    while (is_any_word({"fill", "fill_left", "fill_right"}) && is("(", 1)) {
      next_ += 2;
      if (is("-") || is("+")) ++next_;
      double value = 0;
      if (token().kind != Token::Kind::number) return unexpected(", expected a number");
      if (!number_at(value) || !want(")", ", expected `)`")) return false;
    }
    return true;
  }

  // From the keyword on. Only group_left and group_right may stand without a list.
  bool labels(Labels& out) {
    using K = Labels::Kind;
    constexpr std::pair<std::string_view, K> kinds[] = {
        {"by", K::by},
        {"without", K::without},
        {"on", K::on},
        {"ignoring", K::ignoring},
        {"group_left", K::group_left},
        {"group_right", K::group_right},
    };
    for (const auto& [word, kind] : kinds)
      if (is_word(word)) out.kind = kind;
    out.span = token().span;
    ++next_;
    if (out.kind >= K::group_left && !is("(")) return true;
    if (!want("(", ", expected a list of labels in parentheses")) return false;
    while (!take(")")) {
      const Token& here = token();
      const bool quoted = here.kind == Token::Kind::string && options_.version3;
      const bool plain = here.kind == Token::Kind::word && !is_one_of(text(here), never_label) &&
                         (here.placeholder || text(here).find(':') == std::string_view::npos);
      if (!plain && !quoted) return unexpected(", expected a label");
      out.names.push_back(quoted ? string_here() : name_here());
      ++next_;
      if (!is(")") && !want(",", ", expected `,` or `)`")) return false;
    }
    out.span.end = end_of_last();
    return true;
  }

  std::string_view text_;
  ParseOptions options_;
  Tokens tokens_;
  std::size_t next_ = 0, nodes_ = 0;
  std::uint16_t depth_ = 0;
  Problem problem_;
  bool failed_ = false;
  bool opaque_ = false;  // placeholders may make the text anything
};

}  // namespace

tl::expected<Query, Problem> parse(std::string_view text, const ParseOptions& options) {
  if (text.size() > longest_query)
    return tl::unexpected(Problem{Problem::Kind::limit,
                                  {0, 0},
                                  fmt::format("the query is longer than {} bytes", longest_query)});
  return Parser(text, options).run();
}

}  // namespace backout::promql
