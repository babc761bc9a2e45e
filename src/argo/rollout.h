// A Rollout as the controller reads it: defaults applied, strings turned into numbers and
// durations. Only what time, weight and capacity depend on; rules that ask for more look at the
// YAML node. Source of names and defaults: pkg/apis/rollouts/v1alpha1/types.go and
// utils/defaults/defaults.go of argo-rollouts v1.9.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "argo/duration.h"

namespace backout::yaml {
struct Node;
}

namespace backout::argo {

// A number of pods, or percent of the replicas.
struct Amount {
  int value = 0;
  bool percent = false;
};
// maxSurge rounds up, maxUnavailable down.
[[nodiscard]] int round_up(Amount amount, int replicas);
[[nodiscard]] int round_down(Amount amount, int replicas);

struct Step {
  enum class Kind : std::uint8_t {
    set_weight,
    pause,
    set_canary_scale,
    analysis,
    experiment,
    set_header_route,
    set_mirror_route,
    plugin,
    none,  // no key that the controller knows
  };
  Kind kind = Kind::none;
  int weight = 0;  // set_weight
  // Of a pause or an experiment; none: until a person or its analyses end it.
  std::optional<Seconds> duration = {};
  const yaml::Node* node = nullptr;
};

struct Rollout {
  std::string name, name_space;
  int replicas = 1;
  bool replicas_known = true;  // false: an autoscaler's, or a placeholder
  int min_ready_seconds = 0;
  bool canary = true;  // false: blue-green
  std::vector<Step> steps;
  bool routed = false;  // trafficRouting
  int max_weight = 100, min_pods = 0;
  bool dynamic_stable_scale = false;
  Amount max_surge{25, true}, max_unavailable{25, true};
  // Of blue-green: who switches, when, and how long the old version stays behind the switch.
  bool auto_promotion = true;
  Seconds auto_promotion_delay = 0, scale_down_delay = 30;
  const yaml::Node* node = nullptr;
};

// `object`: the document of a Rollout; it must outlive the result.
[[nodiscard]] Rollout read_rollout(const yaml::Node& object);

}  // namespace backout::argo
