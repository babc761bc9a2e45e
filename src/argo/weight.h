// How many pods a canary gets, and so which share of the traffic really reaches it. Source:
// utils/replicaset/canary.go of argo-rollouts (v1.9.1 and master of August 2026 agree).
#pragma once

namespace backout::argo {

struct PodCounts {
  int canary = 0, stable = 0;
};

// Without traffic routing the weight is approximated by pods: `weight` percent (0 to 100) of
// `replicas`, one more pod in all when `surge` (maxSurge resolves to at least one). A weight that
// lies exactly between two counts and rounds up to all replicas leaves no candidate without a
// surge, and the controller then runs no canary at all: (2 replicas, 75 %), (5, 90), (10, 95).
[[nodiscard]] PodCounts basic_canary_pods(int replicas, int weight, bool surge);

// With traffic routing: the pods behind the canary service. `max_weight` is
// trafficRouting.maxTrafficWeight, `floor` minPodsPerReplicaSet (0: none).
[[nodiscard]] int routed_canary_pods(int replicas, int weight, int max_weight = 100, int floor = 0);

// Percent of the pods that are the canary's.
[[nodiscard]] inline double share(PodCounts pods) {
  const int total = pods.canary + pods.stable;
  return total == 0 ? 0 : 100.0 * pods.canary / total;
}

}  // namespace backout::argo
