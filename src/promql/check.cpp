// What Prometheus checks of a query that has the right syntax: types, counts, matchers.
#include <fmt/format.h>

#include <algorithm>

#include "promql/function.h"
#include "promql/parse.h"
#include "promql/regex.h"

namespace backout::promql {
namespace {

using Kind = Expr::Kind;
using Checked = tl::expected<void, Problem>;

Checked problem(Span span, std::string message) {
  return tl::unexpected(Problem{Problem::Kind::type, span, std::move(message)});
}

std::string_view in_words(Type type) {
  switch (type) {
    case Type::scalar:
      return "a scalar";
    case Type::vector:
      return "an instant vector";
    case Type::matrix:
      return "a range vector";
    case Type::string:
      return "a string";
    case Type::unknown:
      break;
  }
  return "unknown";
}

Type type_of_letter(char letter) {
  return letter == 'v'   ? Type::vector
         : letter == 'm' ? Type::matrix
         : letter == 's' ? Type::scalar
                         : Type::string;
}

bool is_or_may_be(const Expr& expr, Type type) {
  return expr.type == type || expr.type == Type::unknown;
}

// Whether a missing label passes.
bool admits_missing(const Matcher& matcher, const Regex* regex) {
  switch (matcher.op) {
    case Matcher::Op::equal:
      return matcher.value.text.empty();
    case Matcher::Op::not_equal:
      return !matcher.value.text.empty();
    case Matcher::Op::matches:
      return regex->matches("");
    case Matcher::Op::not_matches:
      return !regex->matches("");
  }
  return true;
}

Checked check_selector(Expr& expr) {
  Selector& selector = expr.selector;
  const bool named = !selector.metric.text.empty();
  bool restricted = named;
  for (const Matcher& matcher : selector.matchers) {
    if (matcher.opaque || matcher.value.placeholder || matcher.label.placeholder) {
      restricted = true;
      continue;
    }
    if (named && matcher.label.text == "__name__")
      return problem(matcher.span,
                     fmt::format("the metric's name is given twice: it is `{}` already",
                                 selector.metric.text));
    if (matcher.op < Matcher::Op::matches) {
      restricted |= !admits_missing(matcher, nullptr);
      continue;
    }
    const Regex regex(matcher.value.text);
    if (!regex.error().empty())
      return problem(matcher.value.span,
                     fmt::format("the regular expression does not compile: {}", regex.error()));
    restricted |= !admits_missing(matcher, &regex);
  }
  if (!restricted)
    return problem(expr.span,
                   "a selector needs a metric, or a matcher that does not match the empty string");
  // `{__name__="x"}` is `x`.
  if (!named) {
    const auto name = std::find_if(
        selector.matchers.begin(), selector.matchers.end(), [](const Matcher& matcher) {
          return matcher.label.text == "__name__" && matcher.op == Matcher::Op::equal;
        });
    if (name != selector.matchers.end() && !name->value.text.empty()) {
      selector.metric = std::move(name->value);
      selector.matchers.erase(name);
    }
  }
  expr.type = Type::vector;
  return {};
}

Checked check_call(Expr& expr, bool version3) {
  const Function* const function = find_function(expr.text, version3);
  if (!function) return {};  // named by a placeholder
  const std::size_t all = function->arguments.size(), given = expr.args.size();
  const std::size_t least =
      all - static_cast<std::size_t>(function->optional < 0 ? 1 : function->optional);
  if (given < least || (function->optional >= 0 && given > all)) {
    const std::string_view bound = function->optional < 0 ? "at least " : "";
    const std::string wanted = function->optional > 0 ? fmt::format("{} or {}", least, all)
                                                      : fmt::format("{}{}", bound, least);
    return problem(expr.span, fmt::format("`{}` takes {} argument{}, not {}", expr.text, wanted,
                                          wanted == "1" ? "" : "s", given));
  }
  for (std::size_t i = 0; i < given; ++i) {
    const Type wanted = type_of_letter(function->arguments[std::min(i, all - 1)]);
    if (is_or_may_be(expr.args[i], wanted)) continue;
    return problem(
        expr.args[i].span,
        fmt::format("`{}` takes {} here, not {}{}", expr.text, in_words(wanted),
                    in_words(expr.args[i].type),
                    wanted == Type::matrix ? "; a range such as `[5m]` is missing" : ""));
  }
  expr.type = function->result;
  return {};
}

Checked check_aggregation(Expr& expr) {
  const char parameter = aggregation_parameter(expr.text);
  if (!is_or_may_be(aggregated(expr), Type::vector))
    return problem(aggregated(expr).span, fmt::format("`{}` takes an instant vector, not {}",
                                                      expr.text, in_words(aggregated(expr).type)));
  if (parameter != '\0' && !is_or_may_be(expr.args[0], type_of_letter(parameter)))
    return problem(expr.args[0].span,
                   fmt::format("the parameter of `{}` is {}, not {}", expr.text,
                               in_words(type_of_letter(parameter)), in_words(expr.args[0].type)));
  expr.type = Type::vector;
  return {};
}

Checked check_binary(Expr& expr) {
  const Expr &left = expr.args[0], &right = expr.args[1];
  const std::string_view name = to_string(expr.op);
  if (expr.returns_bool && !is_comparison(expr.op))
    return problem(expr.word, fmt::format("`bool` goes with comparisons, not with `{}`", name));
  for (const Expr* const side : {&left, &right})
    if (!is_or_may_be(*side, Type::scalar) && !is_or_may_be(*side, Type::vector))
      return problem(side->span, fmt::format("`{}` takes scalars and instant vectors, not {}", name,
                                             in_words(side->type)));
  const bool scalars = left.type == Type::scalar && right.type == Type::scalar;
  const bool a_scalar = left.type == Type::scalar || right.type == Type::scalar;
  if (is_comparison(expr.op) && scalars && !expr.returns_bool)
    return problem(expr.word,
                   fmt::format("a comparison of two scalars needs `bool`: `{} bool`", name));
  if (is_set(expr.op) && a_scalar)
    return problem(expr.span, fmt::format("`{}` takes instant vectors, not scalars; write "
                                          "`vector(…)`",
                                          name));
  if (expr.matching.kind == Labels::Kind::on)
    for (const Name& label : expr.grouping.names)
      for (const Name& matched : expr.matching.names)
        if (label.text == matched.text)
          return problem(label.span, fmt::format("the label `{}` stands in `on` and in the group "
                                                 "clause",
                                                 label.text));
  if (a_scalar && !expr.matching.names.empty())
    return problem(expr.matching.span, "labels are matched between two instant vectors only");
  if (is_set(expr.op) && expr.grouping.kind != Labels::Kind::none)
    return problem(expr.grouping.span, fmt::format("`{}` takes no group clause", name));
  expr.type = scalars                                                   ? Type::scalar
              : left.type == Type::vector || right.type == Type::vector ? Type::vector
                                                                        : Type::unknown;
  return {};
}

Checked check_one(Expr& expr, bool version3) {
  switch (expr.kind) {
    case Kind::number:
      expr.type = Type::scalar;
      return {};
    case Kind::string:
      expr.type = Type::string;
      return {};
    case Kind::selector:
      return check_selector(expr);
    case Kind::range:
      expr.type = Type::matrix;
      return {};
    case Kind::subquery:
      if (!is_or_may_be(expr.args[0], Type::vector))
        return problem(expr.span, fmt::format("a subquery takes an instant vector, not {}",
                                              in_words(expr.args[0].type)));
      expr.type = Type::matrix;
      return {};
    case Kind::call:
      return check_call(expr, version3);
    case Kind::aggregation:
      return check_aggregation(expr);
    case Kind::unary:
      if (!is_or_may_be(expr.args[0], Type::scalar) && !is_or_may_be(expr.args[0], Type::vector))
        return problem(expr.span,
                       fmt::format("a sign goes with scalars and instant vectors, not {}",
                                   in_words(expr.args[0].type)));
      expr.type = expr.args[0].type;
      return {};
    case Kind::binary:
      return check_binary(expr);
    case Kind::parentheses:
      expr.type = expr.args[0].type;
      return {};
    case Kind::placeholder:
      return {};
  }
  return {};
}

}  // namespace

Checked check(Expr& root, bool version3) {
  for (Expr& each : root.args)
    if (auto checked = check(each, version3); !checked) return checked;
  return check_one(root, version3);
}

}  // namespace backout::promql
