// A threshold that the canary's failures cannot reach, since its share of the traffic is too small.
#pragma once

#include <optional>

#include "argo/subject.h"

namespace backout::argo {

// The largest share of the traffic (percent) the canary gets while the metric is measured, when the
// metric counts both versions' requests and is Successful even if every request to the canary
// fails; none when it would notice, or nobody can tell.
[[nodiscard]] std::optional<double> masked_share(const MetricSubject& metric);

}  // namespace backout::argo
