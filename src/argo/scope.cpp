#include "argo/scope.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "argo/lookup.h"
#include "promql/shape.h"

namespace backout::argo {
namespace {

bool contains_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
}

// Both versions are in the same place.
bool is_of_place(std::string_view label) {
  return contains_any(label, {"namespace", "cluster", "region", "zone"}) || label == "env" ||
         label == "environment";
}
bool tells_versions_apart(std::string_view label) {
  return contains_any(label, {"hash", "canary", "preview", "version", "revision", "subset", "track",
                              "replicaset", "color", "variant", "release_type"}) ||
         label == "role" || label == "instance" || label == "deployment_type";
}

// `checkout-canary`, also as a host: `checkout-canary.shop.svc.cluster.local`, and in a pattern.
bool names_service(std::string_view value, std::string_view service) {
  if (service.empty()) return false;
  const std::size_t at = value.find(service);
  if (at == std::string_view::npos) return false;
  const auto is_of_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  const std::size_t end = at + service.size();
  return (at == 0 || !is_of_name(value[at - 1])) &&
         (end == value.size() || !is_of_name(value[end]));
}

Scope other(Scope scope) {
  return scope == Scope::canary ? Scope::stable : scope == Scope::stable ? Scope::canary : scope;
}

Scope scope_of(const promql::Matcher& matcher, std::string_view canary, std::string_view stable) {
  if (matcher.opaque || matcher.label.placeholder) return Scope::unknown;
  const std::string_view label = matcher.label.text, value = matcher.value.text;
  if (is_of_place(label)) return Scope::everything;
  if (matcher.value.placeholder) return Scope::unknown;
  Scope out = Scope::everything;
  if (canary != stable && names_service(value, canary))
    out = Scope::canary;
  else if (canary != stable && names_service(value, stable))
    out = Scope::stable;
  else if (contains_any(value, {"canary", "preview"}))
    out = Scope::canary;
  else if (value.ends_with("-stable") || value.ends_with("-baseline") ||
           (tells_versions_apart(label) && contains_any(value, {"stable", "baseline", "primary"})))
    out = Scope::stable;  // `stable-diffusion` is another matter
  else if (tells_versions_apart(label))
    out = Scope::unknown;
  using Op = promql::Matcher::Op;
  return matcher.op == Op::not_equal || matcher.op == Op::not_matches ? other(out) : out;
}

}  // namespace

Scope scope_of(const promql::Selector& selector, const RolloutSubject& rollout) {
  // A recording rule may have chosen already, and so may a name that says so.
  const std::string_view name = selector.metric.text;
  if (selector.metric.placeholder || name.empty()) return Scope::unknown;
  if (name.find("canary") != std::string_view::npos) return Scope::canary;
  if (name.find(':') != std::string_view::npos) return Scope::unknown;
  const yaml::Node* const strategy = canary_of(rollout);
  const std::string_view canary = strategy ? text_at(*strategy, {"canaryService"}) : "";
  const std::string_view stable = strategy ? text_at(*strategy, {"stableService"}) : "";
  Scope out = Scope::everything;
  for (const promql::Matcher& matcher : selector.matchers) {
    const Scope one = scope_of(matcher, canary, stable);
    if (one == Scope::canary) return one;
    if (one == Scope::unknown || (one == Scope::stable && out == Scope::everything)) out = one;
  }
  return out;
}

Scope scope_of(const promql::Query& query, const RolloutSubject& rollout) {
  const promql::Shape shape = shape_of(query);
  bool unknown = shape.selectors.empty(), only_stable = true;
  for (const promql::Expr* aggregation : shape.aggregations)
    for (const promql::Name& name : aggregation->grouping.names)
      unknown = unknown || name.placeholder || tells_versions_apart(name.text) ||
                name.text == "pod" || name.text == "service";
  for (const promql::Expr* selector : shape.selectors) {
    const Scope one = scope_of(selector->selector, rollout);
    if (one == Scope::canary) return one;
    unknown = unknown || one == Scope::unknown;
    only_stable = only_stable && one == Scope::stable;
  }
  return unknown ? Scope::unknown : only_stable ? Scope::stable : Scope::everything;
}

double largest_share(const MetricSubject& metric) {
  const RolloutSubject* const rollout = metric.gate.rollout;
  if (!rollout || !rollout->rollout.canary) return 0;
  const Gate& gate = metric.gate.gate;
  if (gate.kind != Gate::Kind::step && gate.kind != Gate::Kind::background) return 0;
  const Timeline& line = rollout->line;
  double largest = 0;
  for (const Stop& stop : line.stops) {
    if (&rollout->gates[stop.gate] != &gate) continue;
    if (&gate.metrics[stop.metric] != &metric.metric) continue;
    largest = std::max(largest, share_at(line, stop.begin));
    for (const Stretch& stretch : line.stretches)
      if (stretch.step < rollout->rollout.steps.size() && stretch.begin >= stop.begin &&
          stretch.begin <= stop.end)
        largest = std::max(largest, stretch.share_end);
  }
  return largest < 100 ? largest : 0;
}

}  // namespace backout::argo
