// Whose requests a query counts while two versions serve: the canary's, the stable version's, or
// all. PromQL does not say; label names and values do, by the rollout's own names and by custom.
#pragma once

#include <cstdint>

#include "argo/subject.h"
#include "promql/parse.h"

namespace backout::argo {

enum class Scope : std::uint8_t {
  unknown,  // an argument decides, or a label whose values nobody knows
  canary,
  stable,
  everything,
};
[[nodiscard]] Scope scope_of(const promql::Selector& selector, const RolloutSubject& rollout);
// Of its selectors together: one that picks the canary is enough, as the rest is compared with it.
[[nodiscard]] Scope scope_of(const promql::Query& query, const RolloutSubject& rollout);

// The largest share of the traffic (percent) that the canary gets while the metric is measured; 0:
// none, or all of it in the end, or it is no canary.
[[nodiscard]] double largest_share(const MetricSubject& metric);

}  // namespace backout::argo
