#include "argo/weight.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>

namespace backout::argo {
namespace {

// All arithmetic is in hundredths of a pod, in integers.
std::int64_t hundredths(int pods, int weight) { return std::int64_t{pods} * weight; }
int floor_pods(std::int64_t hundredths) { return static_cast<int>(hundredths / 100); }
int ceil_pods(std::int64_t hundredths) { return static_cast<int>((hundredths + 99) / 100); }

}  // namespace

PodCounts basic_canary_pods(int replicas, int weight, bool surge) {
  const bool zero_allowed = weight <= 0 || weight >= 100 || (replicas == 1 && !surge);
  std::optional<PodCounts> best;
  const auto offer = [&](int canary, int total) {
    // |100·canary/total − weight|, compared across totals without division.
    const auto distance = [&](PodCounts pods) {
      return std::abs(100 * std::int64_t{pods.canary} -
                      std::int64_t{weight} * (pods.canary + pods.stable));
    };
    const PodCounts pods{canary, total - canary};
    if (best) {
      const std::int64_t old_total = best->canary + best->stable;
      if (distance(pods) * old_total >= distance(*best) * total) return;  // the first one wins ties
    }
    best = pods;
  };
  for (int total = replicas; total <= replicas + (surge ? 1 : 0); ++total) {
    const std::int64_t wanted = hundredths(total, weight);
    // The rounding up is of the share of `replicas`, whatever the total.
    const int up = ceil_pods(hundredths(replicas, weight));
    if (up < replicas || zero_allowed || total > replicas) offer(up, total);
    const int down = floor_pods(hundredths(replicas, weight));
    if (wanted % 100 != 50 && (down != 0 || zero_allowed)) offer(down, total);
  }
  return best.value_or(PodCounts{0, replicas});
}

int routed_canary_pods(int replicas, int weight, int max_weight, int floor) {
  if (weight <= 0) return 0;
  const std::int64_t parts = std::max(1, max_weight);
  const auto pods = static_cast<int>((hundredths(replicas, weight) + parts - 1) / parts);
  return std::max(pods, std::min(floor, replicas));
}

}  // namespace backout::argo
