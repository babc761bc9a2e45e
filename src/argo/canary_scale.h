// What `setCanaryScale` leaves a canary to live with: it stays in force while weights go on
// growing. Source: utils/replicaset/canary.go GetCurrentSetCanaryScale of argo-rollouts v1.9.1.
#pragma once

#include <vector>

#include "argo/rollout.h"
#include "argo/subject.h"

namespace backout::argo {

// A setWeight under an explicit scale.
struct ScaledWeight {
  const Step* weight = nullptr;
  const yaml::Node* scale = nullptr;  // the key of the setCanaryScale in force
  int replicas = 0, pods = 0;         // of the rollout, of the canary
  double share = 0;                   // percent of the traffic
  // Times the share of the traffic that its pods were meant for.
  [[nodiscard]] double load() const { return share / 100 * replicas / pods; }
};

// Of a canary with traffic routing whose replicas are known; weights without pods are left out, as
// the controller withholds them.
[[nodiscard]] std::vector<ScaledWeight> weights_under_scale(const RolloutSubject& subject);

}  // namespace backout::argo
