// What a change of one metric weakens.
#pragma once

#include <vector>

#include "argo/weaken.h"

namespace backout::argo {

// The same metric before and after, in analyses of the same rollout.
void weaken_metric(const MetricSubject& before, const MetricSubject& after,
                   std::vector<Weakening>& out);

// Says why nobody can weigh what changes, where that is so and weaken_metric() finds nothing.
void weigh_metric(const MetricSubject& before, const MetricSubject& after,
                  std::vector<Weakening>& out);

// Whether two metrics measure and conclude the same, whatever their names.
[[nodiscard]] bool same_metric(const Metric& a, const Metric& b);

}  // namespace backout::argo
