// What a change of a rollout's own fields weakens: pauses, weights, and the way back.
#pragma once

#include <vector>

#include "argo/weaken.h"

namespace backout::argo {

void weaken_strategy(const RolloutSubject& before, const RolloutSubject& after,
                     std::vector<Weakening>& out);

}  // namespace backout::argo
