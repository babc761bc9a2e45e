// A PromQL query as a tree of plain structs, each part with its place in the query's text: for the
// interpreter (promql/outcome.h) and for rules that walk it. Argo's placeholders `{{args.x}}` may
// stand for any part; what they hide is marked, never guessed. At most 250 levels high, so
// recursion over it is safe on any stack. Grammar: Prometheus 2.42, with the additions of 3.x on
// request.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/source.h"

namespace backout::promql {

enum class Type : std::uint8_t { scalar, vector, matrix, string, unknown };  // unknown: placeholder

enum class Op : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  modulo,
  power,
  atan2,
  equal,
  not_equal,
  greater,
  greater_equal,
  less,
  less_equal,
  and_,
  or_,
  unless,
};
[[nodiscard]] std::string_view to_string(Op op);
[[nodiscard]] constexpr bool is_comparison(Op op) {
  return op >= Op::equal && op <= Op::less_equal;
}
[[nodiscard]] constexpr bool is_set(Op op) { return op >= Op::and_; }

// A word or string as written: a metric's, a label's.
struct Name {
  std::string text;
  Span span;
  bool placeholder = false;  // holds one, so `text` is not the whole truth
};

// `5m`; negative only behind `offset`.
struct Duration {
  std::int64_t milliseconds = 0;
  Span span;                 // empty: not written
  bool placeholder = false;  // its length is not known
  [[nodiscard]] bool written() const { return span.end > span.begin; }
};

struct Matcher {
  enum class Op : std::uint8_t { equal, not_equal, matches, not_matches };
  Name label;
  Op op = Op::equal;
  Name value;
  Span span;
  bool opaque = false;  // a placeholder for one or more whole matchers; nothing else is set
};

// `metric{matchers}`
struct Selector {
  Name metric;  // also from `{__name__="x"}` and `{"x"}`; empty: none, or by a pattern
  std::vector<Matcher> matchers;  // without the one that names the metric
};

// `@ 1736942400`, `@ start()`, `@ end()`
struct At {
  enum class Kind : std::uint8_t { none, time, start, end } kind = Kind::none;
  double seconds = 0;  // of a time
};

// `by (a, b)`, `on (a)`, `group_left (b)`
struct Labels {
  enum class Kind : std::uint8_t {
    none,
    by,
    without,
    on,
    ignoring,
    group_left,
    group_right
  } kind = Kind::none;
  std::vector<Name> names;
  Span span;
};

struct Expr {
  enum class Kind : std::uint8_t {
    number,
    string,       // text: its value
    selector,     // selector, offset, at
    range,        // args[0] a selector (which holds offset and at); window
    subquery,     // args[0]; window, step, offset, at
    call,         // text: the function; args
    aggregation,  // text: the operator, lower-case; args: the parameter where it has one, then the
                  // vector; grouping
    unary,        // op add or subtract; args[0]
    binary,       // op, returns_bool, matching, grouping; args[0] and args[1]
    parentheses,  // args[0]
    placeholder,  // text: as written; may be any expression
  };
  Kind kind = Kind::placeholder;
  Type type = Type::unknown;
  Op op = Op::add;
  bool returns_bool = false;  // `> bool`
  std::uint16_t height = 1;   // of the tree from here
  Span span;                  // all of it, without blanks around
  Span word;                  // the operator or the name; else as `span`
  double number = 0;
  std::string text;
  std::vector<Expr> args;
  Selector selector;
  Duration window, step, offset;
  At at;
  Labels matching;  // on or ignoring
  Labels grouping;  // of an aggregation by or without, of an operator group_left or group_right
};

// What `expr` is inside its parentheses.
[[nodiscard]] inline const Expr& bare(const Expr& expr) {
  const Expr* inner = &expr;
  while (inner->kind == Expr::Kind::parentheses) inner = &inner->args[0];
  return *inner;
}

// The vector that an aggregation is about.
[[nodiscard]] inline const Expr& aggregated(const Expr& aggregation) {
  return aggregation.args.back();
}

// Calls `visit(expr)` for `root` and everything below it, outer before inner, left before right.
template <class Visit>
void walk(const Expr& root, Visit visit) {
  std::vector<const Expr*> open{&root};
  while (!open.empty()) {
    const Expr& expr = *open.back();
    open.pop_back();
    visit(expr);
    for (std::size_t i = expr.args.size(); i > 0; --i) open.push_back(&expr.args[i - 1]);
  }
}

// One line in a fixed form: the same for queries that differ in blanks, comments, letter case of
// keywords, quotes and the place of a grouping clause alone.
[[nodiscard]] std::string to_text(const Expr& expr);
// The same query but for the form and needless parentheses around either.
[[nodiscard]] bool same(const Expr& a, const Expr& b);

}  // namespace backout::promql
