#include "promql/selectors.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "promql/outcome_label.h"

namespace backout::promql {
namespace {

// ---- what a metric's name says

bool has_suffix(std::string_view name, std::initializer_list<std::string_view> suffixes) {
  return std::any_of(suffixes.begin(), suffixes.end(),
                     [&](std::string_view each) { return name.ends_with(each); });
}
bool has_part(std::string_view name, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view each) {
    return name.find(each) != std::string_view::npos;
  });
}

// Prometheus' own convention, and metrics that are counters without following it.
bool is_counter_name(std::string_view name) {
  return has_suffix(name, {"_total", "_count", "_sum", "_bucket"}) ||
         has_suffix(name, {"_requests", "_rq", "_rq_xx", "_rq_2xx", "_rq_5xx"});
}

Series::Kind kind_of(const Selector& selector, bool used_as_counter) {
  using K = Series::Kind;
  const std::string_view name = selector.metric.text;
  if (name.empty()) return K::unknown;
  if (name == "up" || name == "probe_success") return K::flag;
  if (has_suffix(name, {"_bucket"})) return K::bucket;
  if (name.find(':') != std::string_view::npos) return K::recorded;
  for (const Matcher& matcher : selector.matchers)
    if (matcher.label.text == "quantile") return K::measured;
  if (has_suffix(name, {"_total", "_count", "_sum"}) || used_as_counter) return K::counter;
  if (has_suffix(name, {"_info"})) return K::info;
  if (has_suffix(name, {"_timestamp_seconds", "_time_seconds", "_created"})) return K::timestamp;
  if (has_part(name, {"latency", "duration", "ratio"}) ||
      has_suffix(name, {"_seconds", "_milliseconds", "_ms"}))
    return K::measured;
  if (selector.metric.placeholder) return K::unknown;
  if (name.starts_with("kube_") ||
      has_suffix(name, {"_bytes", "_in_flight", "_requests", "_lag", "_depth", "_size",
                        "_connections", "_pods", "_replicas", "_threads", "_limits"}))
    return K::amount;
  return K::gauge;
}

bool is_positive(const Matcher& matcher) {
  return matcher.op == Matcher::Op::equal || matcher.op == Matcher::Op::matches;
}
// A pattern behind `=`, where it is no pattern.
bool looks_like_pattern(std::string_view value) {
  return has_part(value, {".*", ".+", "..", "|", "^", "$", "[0-9]", "\\d"});
}

// ---- selectors beside each other

std::string text_of(const Matcher& matcher) {
  constexpr std::string_view operators[] = {"=", "!=", "=~", "!~"};
  std::string out = matcher.label.text;
  out += operators[static_cast<std::size_t>(matcher.op)];
  return out += matcher.value.text;
}

using MatcherSet = std::set<std::string>;
MatcherSet matcher_set(const Selector& selector) {
  MatcherSet out;
  for (const Matcher& matcher : selector.matchers)
    if (!outcome_label(matcher.label.text) && matcher.label.text != "le")
      out.insert(text_of(matcher));
  return out;
}

// Part of what another selector of the query selects, by labels that are no outcomes: `canary` of
// all. It may be there or not.
void mark_parts(SeriesOf& series) {
  std::map<std::string_view, std::vector<std::pair<MatcherSet, Series*>>> by_metric;
  for (auto& [expr, each] : series)
    by_metric[expr->selector.metric.text].emplace_back(matcher_set(expr->selector), &each);
  constexpr std::size_t most = 100;  // each is compared with each
  for (auto& [metric, all] : by_metric)
    for (auto& [matchers, each] : all) {
      if (all.size() > most) each->unsure = true;
      for (std::size_t i = 0; i < all.size() && !each->unsure; ++i) {
        const MatcherSet& whole = all[i].first;
        each->unsure = whole.size() < matchers.size() &&
                       std::includes(matchers.begin(), matchers.end(), whole.begin(), whole.end());
      }
    }
}

Series describe(const Selector& selector, bool used_as_counter) {
  Series out;
  const std::string_view name = selector.metric.text;
  out.kind = kind_of(selector, used_as_counter);
  out.several_names = name.empty();
  out.counter_name = is_counter_name(name);
  const bool counter = out.kind == Series::Kind::counter || out.counter_name;
  const bool failures =
      counter && has_part(name, {"error", "fail", "timeout", "drop", "reject", "abort", "panic",
                                 "exception", "evict", "retry", "retries", "oom"});
  out.events = failures || has_part(name, {"restart", "reset"});
  if (failures) restrict_to_failures(out);
  for (const Matcher& matcher : selector.matchers) {
    if (matcher.opaque || matcher.label.placeholder) {
      out.unsure = true;
      continue;
    }
    const std::string_view label = matcher.label.text;
    if (matcher.op == Matcher::Op::equal && looks_like_pattern(matcher.value.text))
      out.doubtful = true;
    if (label == "le" && matcher.value.text != "+Inf") out.single_buckets = true;
    const OutcomeLabel* outcome = outcome_label(label);
    if (!outcome && is_positive(matcher)) {
      outcome = misspelt_outcome_label(label);
      out.doubtful |= outcome != nullptr;
    }
    if (outcome) apply_outcome(out, matcher, *outcome);
  }
  return out;
}

void collect(SeriesOf& out, const Expr& expr, bool used_as_counter) {
  if (expr.kind == Expr::Kind::selector) {
    out.emplace(&expr, describe(expr.selector, used_as_counter));
    return;
  }
  const bool counts = expr.kind == Expr::Kind::call &&
                      (expr.text == "rate" || expr.text == "irate" || expr.text == "increase");
  for (const Expr& each : expr.args)
    collect(out, each, counts || (used_as_counter && expr.kind == Expr::Kind::range));
}

}  // namespace

Presence Series::presence(Situation situation) const {
  using P = Presence;
  const P part = doubtful || unsure ? P::maybe : P::yes;
  switch (situation) {
    case Situation::no_metric:
      return P::no;
    case Situation::no_failures_yet:
      // Refused requests, 4xx, come or do not.
      return std::min(part, good == P::no && between != P::no ? P::maybe : good);
    case Situation::only_failures:
      return std::min(part, bad);
    default: {
      const P best = std::max(good, bad);
      const bool contradictory = restrictions > 1 && best != P::yes;
      return doubtful || best == P::no || contradictory ? P::maybe : P::yes;
    }
  }
}

Values Series::values(Situation situation) const {
  using V = Values;
  const bool busy = situation != Situation::no_traffic && situation != Situation::one_sample;
  switch (kind) {
    case Kind::counter:
      return rates_are_positive() && busy ? V(V::positive) : V(V::zero | V::positive);
    case Kind::bucket:
    case Kind::amount:
      return V(V::zero | V::positive);
    case Kind::gauge:
      return V::numbers();
    case Kind::measured:
      return V(V::nan | V::zero | V::positive);
    case Kind::recorded:
      return V(V::nan | V::zero | V::positive | V::negative);
    case Kind::flag: {
      Values out(V::zero);
      out.add(V::exactly(1));
      return out;
    }
    case Kind::info:
      return V::exactly(1);
    case Kind::timestamp:
      return V(V::positive);
    case Kind::unknown:
      break;
  }
  return V(V::nan | V::zero | V::positive | V::negative);
}

bool Series::rates_are_positive() const {
  return counter_name && good == Presence::yes && !unsure && !doubtful && !events &&
         !single_buckets;
}

Values Series::rates(Situation situation) const {
  const bool failing = situation == Situation::only_failures && counter_name &&
                       bad == Presence::yes && !events && !unsure && !doubtful && !single_buckets;
  Values out(Values::zero);
  if (situation != Situation::no_traffic)
    out = rates_are_positive() || failing ? Values(Values::positive)
                                          : Values(Values::zero | Values::positive);
  if (kind == Kind::measured || kind == Kind::recorded) out.add(Values(Values::nan));
  return out;
}

SeriesOf series_of(const Expr& root) {
  SeriesOf out;
  collect(out, root, false);
  mark_parts(out);
  return out;
}

}  // namespace backout::promql
