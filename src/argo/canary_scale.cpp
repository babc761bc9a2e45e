#include "argo/canary_scale.h"

#include <algorithm>
#include <optional>

#include "argo/lookup.h"

namespace backout::argo {
namespace {

// None: the pods follow the weight.
std::optional<int> pods_of(const yaml::Node& scale, const Rollout& rollout) {
  if (is_true(scale, {"matchTrafficWeight"})) return std::nullopt;
  const auto bounded = [&](std::int64_t value) {
    return static_cast<int>(std::clamp<std::int64_t>(value, 0, 1'000'000));
  };
  if (const auto replicas = int_at(scale, {"replicas"})) return bounded(*replicas);
  if (const auto weight = int_at(scale, {"weight"}))
    return routed_canary_pods(rollout.replicas, bounded(*weight));
  return std::nullopt;
}

}  // namespace

std::vector<ScaledWeight> weights_under_scale(const RolloutSubject& subject) {
  std::vector<ScaledWeight> out;
  const Rollout& rollout = subject.rollout;
  const bool given = subject.object.node->find({"spec", "replicas"}) != nullptr;
  if (!canary_of(subject) || !rollout.routed || !given || !rollout.replicas_known) return out;
  std::optional<int> pods;
  const yaml::Node* scale = nullptr;
  for (const Step& step : rollout.steps) {
    if (const yaml::Entry* const entry = step.node->entry("setCanaryScale")) {
      pods = pods_of(entry->value, rollout);
      scale = &entry->key;
    }
    if (step.kind != Step::Kind::set_weight || !pods || *pods <= 0 || step.weight <= 0) continue;
    const double share = 100.0 * std::min(step.weight, rollout.max_weight) / rollout.max_weight;
    out.push_back({&step, scale, rollout.replicas, *pods, share});
  }
  return out;
}

}  // namespace backout::argo
