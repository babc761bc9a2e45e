#include "verify/screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "promql/outcome.h"
#include "promql/selectors.h"
#include "promql/shape.h"
#include "verify/fresh.h"
#include "verify/hidden.h"

namespace backout::verify {
namespace {

using promql::Expr;
using promql::Outcome;
using promql::Outcomes;
using promql::Query;
using promql::Situation;
using promql::Values;
using Kind = Expr::Kind;

const Outcome& in(const Outcomes& outcomes, Situation situation) {
  return outcomes[static_cast<std::size_t>(situation)];
}

// Results that may come, and satisfy the expectation.
std::optional<double> passing(const Outcome& outcome, const Expectation& expectation) {
  for (const std::vector<double>& values : outcome.witnesses(samples(expectation)))
    if (!values.empty() && std::all_of(values.begin(), values.end(),
                                       [&](double value) { return satisfied(expectation, value); }))
      return values.front();
  return std::nullopt;
}

// All numbers are known: they do not come from a measurement.
bool made_up(const Outcome& outcome) {
  return !outcome.values.none() &&
         !outcome.values.has(Values::positive | Values::negative | Values::text);
}

// Something is counted.
bool is_about_traffic(const Query& query) {
  const promql::SeriesOf all = promql::series_of(query.root);
  return std::any_of(all.begin(), all.end(), [](const auto& one) {
    const auto kind = one.second.kind;
    return kind == promql::Series::Kind::counter || kind == promql::Series::Kind::bucket;
  });
}

bool absence_is_meant(const Query& query) {
  bool found = false;
  walk(query.root, [&](const Expr& expr) {
    found |= expr.kind == Kind::call && expr.text.starts_with("absent");
  });
  return found;
}

// Divides or answers yes and no: a 0 is no longer the number of what happened.
bool calculates(const Query& query) {
  bool found = false;
  walk(query.root, [&](const Expr& expr) {
    found |= expr.kind == Kind::binary && (expr.op == promql::Op::divide || expr.returns_bool);
  });
  return found;
}

// What counters that stand still give, if that satisfies.
std::optional<double> passing_idle(const Query& query, const Outcomes& outcomes,
                                   const Expectation& expectation) {
  const Outcome& idle = in(outcomes, Situation::no_traffic);
  return is_about_traffic(query) && made_up(idle) ? passing(idle, expectation) : std::nullopt;
}

std::vector<std::string> empty_passes(const Query& query, const Outcomes& outcomes,
                                      const Expectation& expectation) {
  std::vector<std::string> out;
  const auto add = [&](Situation situation, double value) {
    out.push_back(fmt::format("{}: the query gives {}, which satisfies `{}`",
                              promql::in_words(situation), show_value(value),
                              to_text(expectation)));
  };
  if (const auto value = passing(in(outcomes, Situation::no_metric), expectation))
    add(Situation::no_metric, *value);
  if (const auto value = passing_idle(query, outcomes, expectation);
      value && (*value != 0 || calculates(query)))
    add(Situation::no_traffic, *value);
  const Outcome& worst = in(outcomes, Situation::only_failures);
  if (worst.lacks_series && made_up(worst) && !absence_is_meant(query))
    if (const auto value = passing(worst, expectation)) add(Situation::only_failures, *value);
  if (is_past(query.root))
    out.emplace_back("nothing is asked about now: all selectors have an `offset` or `@`");
  if (hides_breaks(query, expectation))
    out.push_back(
        fmt::format("series that break `{}` drop out of the answer, and what is left satisfies it",
                    to_text(expectation)));
  return out;
}

// ---- a better query

constexpr std::size_t most_candidates = 50;

std::string_view text_of(std::string_view query, const Expr& expr) {
  return query.substr(expr.span.begin, expr.span.end - expr.span.begin);
}

// `x` of `x or vector(0)` and of `clamp_min(x, 1)`.
const Expr& without_floor(const Expr& expr) {
  const Expr* inner = &promql::bare(expr);
  for (;;) {
    const bool fallback = inner->kind == Kind::binary && inner->op == promql::Op::or_;
    const bool clamp = inner->kind == Kind::call && inner->text == "clamp_min";
    if (!fallback && !clamp) return *inner;
    inner = &promql::bare(inner->args[0]);
  }
}

bool is_one_number(const Expr& expr) {
  const Expr& inner = promql::bare(expr);
  return inner.kind == Kind::aggregation && inner.grouping.kind == promql::Labels::Kind::none;
}

// Fallbacks and floors gone where they invent a value; the failing requests keep theirs.
std::vector<std::string> candidates(std::string_view text, const Query& query) {
  const Expr* core = &promql::bare(query.root);
  while (core->kind == Kind::binary && core->op == promql::Op::or_)
    core = &promql::bare(core->args[0]);
  const promql::Shape shape = promql::shape_of(query);
  std::vector<std::string> out;
  for (const promql::Division& division : shape.divisions) {
    const Expr &whole = *division.expr, &above = promql::bare(whole.args[0]);
    if (whole.span.begin < core->span.begin || whole.span.end > core->span.end) continue;
    const std::string below = fmt::format("({} > 0)", text_of(text, without_floor(whole.args[1])));
    const bool has_fallback = above.kind == Kind::binary && above.op == promql::Op::or_;
    const std::string before(text.substr(core->span.begin, whole.span.begin - core->span.begin));
    const std::string after(text.substr(whole.span.end, core->span.end - whole.span.end));
    const auto add = [&](std::string_view numerator) {
      out.push_back(fmt::format("{}{} / {}{}", before, numerator, below, after));
    };
    if (is_one_number(above)) add(fmt::format("({} or vector(0))", text_of(text, above)));
    add(has_fallback ? fmt::format("({})", text_of(text, above))
                     : std::string(text_of(text, whole.args[0])));
  }
  out.emplace_back(text_of(text, *core));
  // Without one filter, wherever it is.
  walk(*core, [&](const Expr& expr) {
    const bool filter = expr.kind == Kind::binary && !expr.returns_bool &&
                        (promql::is_comparison(expr.op) || expr.op == promql::Op::unless ||
                         expr.op == promql::Op::and_);
    if (!filter || out.size() > most_candidates) return;
    const Expr& kept = expr.args[promql::bare(expr.args[0]).kind == Kind::number ? 1 : 0];
    const std::string before(text.substr(core->span.begin, expr.span.begin - core->span.begin));
    const std::string after(text.substr(expr.span.end, core->span.end - expr.span.end));
    out.push_back(fmt::format("{}{}{}", before, text_of(text, kept), after));
  });
  return out;
}

std::string advice(std::string_view text, const Query& query, const Expectation& expectation) {
  if (is_past(query.root)) return "ask at least one selector without `offset` and `@`";
  for (const std::string& candidate : candidates(text, query)) {
    const auto parsed = promql::parse(candidate, {query.version3, false});
    if (!parsed) continue;
    const Outcomes outcomes = promql::outcomes(*parsed);
    if (empty_passes(*parsed, outcomes, expectation).empty() &&
        passing(in(outcomes, Situation::traffic), expectation))
      return fmt::format("this one would not: `{}`", candidate);
  }
  if (hides_breaks(query, expectation))
    return "leave the filter out: the expectation is what compares";
  return "let the query be empty when there is nothing to measure: `(failing or vector(0)) / (all "
         "> 0)`, without a fallback around the whole";
}

// ---- what is worth a word

std::vector<std::string> warnings_about(const Query& query, const Outcomes& outcomes,
                                        const Expectation& expectation) {
  std::vector<std::string> out;
  const Outcome& idle = in(outcomes, Situation::no_traffic);
  const Outcome& healthy = in(outcomes, Situation::no_failures_yet);
  if (!passing(in(outcomes, Situation::traffic), expectation))
    out.push_back(fmt::format("no measured value can satisfy `{}`: it will not recover",
                              to_text(expectation)));
  if (!calculates(query) && passing_idle(query, outcomes, expectation))
    out.emplace_back(
        "nothing happens without traffic, either, and that satisfies it: divide by all requests, "
        "or expect traffic in a second entry");
  if (idle.values.has(Values::nan) && is_about_traffic(query))
    out.emplace_back(
        "there is no guard against missing traffic: without requests the value is NaN, which "
        "counts as not recovered; with `(all > 0)` below the line it is no data");
  if (healthy.lacks_series && healthy.certainly_empty())
    out.emplace_back(
        "it is empty as long as nothing has failed, which counts as no data: write `(failing or "
        "vector(0))`");
  const promql::Shape shape = promql::shape_of(query);
  const double whole = shape.percent ? 100 : 1;
  if (shape.ratio && satisfied(expectation, 0) && satisfied(expectation, whole / 2) &&
      satisfied(expectation, whole))
    out.push_back(
        fmt::format("every ratio between 0 and {} satisfies `{}`", whole, to_text(expectation)));
  return out;
}

// Either version: which one the server is does not show before it is asked.
tl::expected<Query, promql::Problem> parse_any(std::string_view text) {
  auto query = promql::parse(text, {false, false});
  if (query) return query;
  auto newer = promql::parse(text, {true, false});
  return newer ? newer : query;
}

}  // namespace

std::string one_line(std::string_view text) {
  if (text.find_first_of("\r\n") == std::string_view::npos) return std::string(text);
  const auto query = parse_any(text);
  return query ? promql::to_text(query->root) : std::string(text);
}

Result<Screening> screen(std::string_view text, const Expectation& expectation) {
  const auto query = parse_any(text);
  if (!query) {
    const promql::Problem& problem = query.error();
    Screening unread;
    unread.unread =
        fmt::format("the query cannot be read, at byte {}: {} (`backout query` shows where)",
                    problem.span.begin + 1, problem.message);
    return unread;
  }
  if (query->root.type == promql::Type::matrix)
    return fail(ErrorKind::usage,
                "the query is a range vector, which has many values for one series; leave out the "
                "last `[…]`, or put a function such as `avg_over_time(…)` around it");
  if (query->root.type == promql::Type::string)
    return fail(ErrorKind::usage, "the query is a string, which no number can be compared with");
  const Outcomes outcomes = promql::outcomes(*query);
  Screening out;
  out.passes = empty_passes(*query, outcomes, expectation);
  if (!out.passes.empty()) out.advice = advice(text, *query, expectation);
  out.warnings = warnings_about(*query, outcomes, expectation);
  return out;
}

}  // namespace backout::verify
