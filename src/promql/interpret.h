// Inside the interpreter: what one expression can return in one situation, and the functions that
// find out, one file for each kind of expression.
#pragma once

#include "promql/label_set.h"
#include "promql/outcome.h"
#include "promql/selectors.h"

namespace backout::promql {

struct Answer {
  bool empty = false;          // may be; never for a scalar
  Values values;               // of an element; none: certainly empty
  bool one = false;            // at most one element
  bool fails = false;          // may fail at run time
  bool several_names = false;  // elements may differ in the metric's name alone
  LabelSet labels;

  [[nodiscard]] bool certainly_empty() const { return values.none(); }
};

struct Context {
  const SeriesOf& series;
  Situation situation;
  bool version3;
  bool& must_fail;  // set by what is an error whatever the data, where `fails` is not certain
};

inline constexpr std::int64_t scrape_interval = 15'000;  // milliseconds; taken where unknown

[[nodiscard]] Answer nothing();
[[nodiscard]] Answer number(Values values);  // a scalar, or a vector of one element without labels
[[nodiscard]] Answer anything();             // where a placeholder hides the expression

[[nodiscard]] Answer evaluate(const Context& context, const Expr& expr);
[[nodiscard]] Answer evaluate_call(const Context& context, const Expr& call);
[[nodiscard]] Answer evaluate_range_call(const Context& context, const Expr& call);
[[nodiscard]] Answer evaluate_aggregation(const Context& context, const Expr& aggregation);
[[nodiscard]] Answer evaluate_binary(const Context& context, const Expr& binary);

// Values at the quantiles `of`, both for a set of `values`.
[[nodiscard]] Values quantiles(const Values& of, const Values& values, bool one);
// The elements lose the metric's name: those that differ in it alone then collide.
[[nodiscard]] Answer without_name(Answer answer);
// `offset`, `@`: another time, at which there may be nothing.
[[nodiscard]] bool is_shifted(const Expr& expr);

}  // namespace backout::promql
