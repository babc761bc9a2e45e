// From YAML to the typed Rollout. What the API server would refuse reads as absent here: rules
// report it, and the picture is drawn from the rest.
#include <algorithm>
#include <charconv>
#include <limits>

#include "argo/rollout.h"
#include "yaml/node.h"
#include "yaml/value.h"

namespace backout::argo {
namespace {

int clamp_int(std::int64_t value) {
  return static_cast<int>(std::clamp<std::int64_t>(value, std::numeric_limits<int>::min(),
                                                   std::numeric_limits<int>::max()));
}

int int_or(const yaml::Node* node, int fallback) {
  const auto value = node ? yaml::as_int(*node) : std::nullopt;
  return value ? clamp_int(*value) : fallback;
}
bool bool_or(const yaml::Node* node, bool fallback) {
  return node ? yaml::as_bool(*node).value_or(fallback) : fallback;
}

// intstr.GetScaledValueFromIntOrPercent with the strings of old clients allowed: any string is a
// percentage, with or without `%`.
Amount amount_or(const yaml::Node* node, Amount fallback) {
  if (!node) return fallback;
  if (const auto value = yaml::as_int(*node)) return {clamp_int(*value), false};
  if (auto text = yaml::as_string(*node)) {
    if (text->ends_with('%')) text->remove_suffix(1);
    int value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error == std::errc() && end == text->data() + text->size()) return {value, true};
  }
  return fallback;
}

// RolloutPause.DurationSeconds: an integer or a string of digits is seconds, else Go's durations.
std::optional<Seconds> pause_length(const yaml::Node& duration) {
  if (const auto seconds = yaml::as_int(duration)) return static_cast<Seconds>(*seconds);
  const auto text = yaml::as_string(duration);
  if (!text) return 0;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (error == std::errc() && end == text->data() + text->size())
    return static_cast<Seconds>(seconds);
  return parse_duration(*text).value_or(0);
}

// The first key that is there decides when the step is done (rollout/canary.go
// completedCurrentCanaryStep).
Step read_step(const yaml::Node& node) {
  using Kind = Step::Kind;
  Step step;
  step.node = &node;
  if (const yaml::Node* pause = node.find("pause")) {
    step.kind = Kind::pause;
    if (const yaml::Node* duration = pause->find("duration"))
      step.duration = pause_length(*duration);
  } else if (node.find("setCanaryScale")) {
    step.kind = Kind::set_canary_scale;
  } else if (const yaml::Node* weight = node.find("setWeight")) {
    step.kind = Kind::set_weight;
    step.weight = std::clamp(int_or(weight, 0), 0, 1'000'000);
  } else if (const yaml::Node* experiment = node.find("experiment")) {
    step.kind = Kind::experiment;
    const yaml::Node* duration = experiment->find("duration");
    const auto text = duration ? yaml::as_string(*duration) : std::nullopt;
    if (text) step.duration = parse_duration(*text);
  } else if (node.find("analysis")) {
    step.kind = Kind::analysis;
  } else if (node.find("setHeaderRoute")) {
    step.kind = Kind::set_header_route;
  } else if (node.find("setMirrorRoute")) {
    step.kind = Kind::set_mirror_route;
  } else if (node.find("plugin")) {
    step.kind = Kind::plugin;
  }
  return step;
}

void read_canary(const yaml::Node& canary, Rollout& out) {
  if (const yaml::Node* steps = canary.find("steps"))
    for (const yaml::Node& step : steps->items) out.steps.push_back(read_step(step));
  if (const yaml::Node* routing = canary.find("trafficRouting")) {
    out.routed = routing->kind == yaml::Kind::map;
    out.max_weight = std::clamp(int_or(routing->find("maxTrafficWeight"), 100), 1, 1'000'000);
  }
  out.min_pods = std::max(0, int_or(canary.find("minPodsPerReplicaSet"), 0));
  out.dynamic_stable_scale = bool_or(canary.find("dynamicStableScale"), false);
  out.max_surge = amount_or(canary.find("maxSurge"), out.max_surge);
  out.max_unavailable = amount_or(canary.find("maxUnavailable"), out.max_unavailable);
}

}  // namespace

Rollout read_rollout(const yaml::Node& object) {
  Rollout out;
  out.node = &object;
  const auto text = [&](std::initializer_list<std::string_view> keys) {
    const yaml::Node* node = object.find(keys);
    return node ? std::string(yaml::as_string(*node).value_or("")) : std::string();
  };
  out.name = text({"metadata", "name"});
  out.name_space = text({"metadata", "namespace"});
  const yaml::Node* replicas = object.find({"spec", "replicas"});
  out.replicas_known = !replicas || yaml::as_int(*replicas).has_value();
  out.replicas = std::clamp(int_or(replicas, 1), 0, 1'000'000);
  out.min_ready_seconds = std::max(0, int_or(object.find({"spec", "minReadySeconds"}), 0));
  const yaml::Node* blue_green = object.find({"spec", "strategy", "blueGreen"});
  if (const yaml::Node* canary = object.find({"spec", "strategy", "canary"})) {
    read_canary(*canary, out);
  } else if (blue_green) {
    out.canary = false;
    out.auto_promotion = bool_or(blue_green->find("autoPromotionEnabled"), true);
    out.auto_promotion_delay = std::max(0, int_or(blue_green->find("autoPromotionSeconds"), 0));
    out.scale_down_delay = std::max(0, int_or(blue_green->find("scaleDownDelaySeconds"), 30));
  }
  return out;
}

}  // namespace backout::argo
