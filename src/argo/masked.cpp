#include "argo/masked.h"

#include <cmath>
#include <cstdint>

#include "argo/gauge.h"
#include "argo/scope.h"
#include "promql/shape.h"

namespace backout::argo {

std::optional<double> masked_share(const MetricSubject& subject) {
  if (!subject.conclusions.query || !subject.conclusions.unknown.empty()) return std::nullopt;
  if (!subject.metric.success.known || !subject.metric.failure.known) return std::nullopt;
  const double share = largest_share(subject);
  const promql::Query& query = *subject.conclusions.query;
  if (share <= 0 || scope_of(query, *subject.gate.rollout) != Scope::everything)
    return std::nullopt;
  if (!shape_of(query).ratio) return std::nullopt;  // a number of failures grows with the traffic
  const promql::Counting counting = promql::countable(query);
  if (!counting.countable) return std::nullopt;
  const Conclude conclude = conclude_counts(subject, *counting.countable);
  constexpr std::int64_t many = 1'000'000;
  const std::int64_t failing = std::llround(static_cast<double>(many) * share / 100);
  const bool passes =
      conclude(0, many) == Outcome::successful && conclude(failing, many) == Outcome::successful;
  const bool could_fail = conclude(many, many) != Outcome::successful;
  return passes && could_fail ? std::optional(share) : std::nullopt;
}

}  // namespace backout::argo
