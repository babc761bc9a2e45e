#include "promql/interpret.h"

#include <algorithm>

namespace backout::promql {
namespace {

using Kind = Expr::Kind;

constexpr std::int64_t lookback = 300'000;  // milliseconds: how old a sample may be

// Before the first sample of S4.
bool is_before_all(const Context& context, const Expr& expr) {
  return context.situation == Situation::one_sample && !expr.offset.placeholder &&
         expr.offset.milliseconds >= lookback;
}

Answer evaluate_selector(const Context& context, const Expr& selector) {
  const Series& series = context.series.at(&selector);
  const Presence presence = series.presence(context.situation);
  if (presence == Presence::no || is_before_all(context, selector)) return nothing();
  Answer out;
  out.empty = presence == Presence::maybe || is_shifted(selector);
  out.values = series.values(context.situation);
  out.several_names = series.several_names;
  out.labels = labels_of(selector);
  return out;
}

// Its steps reach back to where a canary had no series yet: always after a shift, and in S4.
Answer evaluate_subquery(const Context& context, const Expr& subquery) {
  Answer out = evaluate(context, subquery.args[0]);
  const bool reaches_back = is_shifted(subquery) || context.situation == Situation::one_sample;
  if (!reaches_back || context.situation == Situation::no_metric) return out;
  const Context earlier{context.series, Situation::no_metric, context.version3, context.must_fail};
  Answer before = evaluate(earlier, subquery.args[0]);
  if (is_before_all(context, subquery)) return before;
  const bool alike = before.labels.kind == LabelSet::Kind::by &&
                     out.labels.kind == LabelSet::Kind::by && before.labels.by == out.labels.by;
  if (!before.certainly_empty() && !alike) out.labels = unknown_labels();
  out.empty = before.empty || before.certainly_empty();
  out.one &= before.certainly_empty() || (before.one && alike);
  out.fails |= before.fails;
  out.values.add(before.values);
  return out;
}

Answer evaluate_unary(const Context& context, const Expr& expr) {
  Answer out = evaluate(context, expr.args[0]);
  if (expr.op == Op::add) return out;
  out.values = apply([](double value) { return -value; }, out.values);
  return without_name(std::move(out));
}

}  // namespace

Answer nothing() {
  Answer out;
  out.empty = true;
  return out;
}

Answer number(Values values) {
  Answer out;
  out.values = std::move(values);
  out.one = true;
  out.labels = no_labels();
  return out;
}

Answer anything() {
  Answer out;
  out.empty = true;
  out.values = Values::anything();
  return out;
}

Answer without_name(Answer answer) {
  answer.fails |= answer.several_names && !answer.one && !answer.values.none();
  answer.several_names = false;
  return answer;
}

bool is_shifted(const Expr& expr) {
  // `@ end()` is the time of an instant query itself.
  return expr.offset.written() || expr.at.kind == At::Kind::time || expr.at.kind == At::Kind::start;
}

Answer evaluate(const Context& context, const Expr& expr) {
  switch (expr.kind) {
    case Kind::number:
      return number(Values::exactly(expr.number));
    case Kind::string:
      return number(Values(Values::text));
    case Kind::selector:
    case Kind::range:
      return evaluate_selector(context, expr.kind == Kind::range ? expr.args[0] : expr);
    case Kind::subquery:
      return evaluate_subquery(context, expr);
    case Kind::call:
      return evaluate_call(context, expr);
    case Kind::aggregation:
      return evaluate_aggregation(context, expr);
    case Kind::unary:
      return evaluate_unary(context, expr);
    case Kind::binary:
      return evaluate_binary(context, expr);
    case Kind::parentheses:
      return evaluate(context, expr.args[0]);
    case Kind::placeholder:
      break;
  }
  return anything();
}

Outcomes outcomes(const Query& query) {
  const SeriesOf series = series_of(query.root);
  const Expr& root = bare(query.root);
  Outcomes out;
  for (std::size_t i = 0; i < situation_count; ++i) {
    bool must_fail = false;
    Answer answer = evaluate({series, static_cast<Situation>(i), query.version3, must_fail}, root);
    Outcome& outcome = out[i];
    outcome.type = root.type;
    outcome.unknown = root.kind == Kind::placeholder;
    outcome.lacks_series = std::any_of(series.begin(), series.end(), [&](const auto& each) {
      return each.second.presence(static_cast<Situation>(i)) != Presence::yes;
    });
    // The server cannot evaluate a string in parentheses.
    must_fail |= root.type == Type::string && &root != &query.root;
    outcome.fails = answer.fails || must_fail;
    if (must_fail) continue;
    const bool single = root.type == Type::scalar || root.type == Type::string;
    outcome.empty = !single && (answer.empty || answer.certainly_empty());
    // Argo reads every value of every series of a matrix.
    outcome.several =
        !single && !answer.certainly_empty() && (!answer.one || root.type == Type::matrix);
    outcome.values = std::move(answer.values);
  }
  return out;
}

}  // namespace backout::promql
