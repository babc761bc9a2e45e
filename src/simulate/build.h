// From a rollout and its analyses to a simulation.
#pragma once

#include <optional>

#include "argo/subject.h"
#include "simulate/simulation.h"

namespace backout::simulate {

// `requests_per_second`: of the whole service, stable and canary together; none: what the gates see
// is left out.
[[nodiscard]] Simulation simulation(const argo::RolloutSubject& subject,
                                    const argo::Subjects& subjects,
                                    const argo::TimelineOptions& options,
                                    std::optional<double> requests_per_second);

}  // namespace backout::simulate
