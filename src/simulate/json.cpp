// The same as data. Times are seconds from the update's start, shares are percent, rates and
// probabilities lie between 0 and 1.
#include <nlohmann/json.hpp>

#include "simulate/simulation.h"

namespace backout::simulate {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json maybe(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json curve(const std::vector<RatePoint>& points) {
  Json out = Json::array();
  for (const RatePoint& point : points)
    out.push_back({{"error_rate", point.rate}, {"passes", point.passes}});
  return out;
}

}  // namespace

std::string json(const Simulation& simulation) {
  const argo::Timeline& line = simulation.line;
  Json steps = Json::array();
  for (const argo::Stretch& stretch : line.stretches) {
    const bool last = stretch.step == simulation.rollout.steps.size();
    steps.push_back({
        {"step", last ? Json(nullptr) : Json(stretch.step)},
        {"what", last ? "all traffic" : step_words(simulation.rollout.steps[stretch.step])},
        {"begin", stretch.begin},
        {"end", stretch.end},
        {"weight", stretch.weight},
        {"share", stretch.share_end},
        {"canary_pods", stretch.pods.canary},
        {"stable_pods", stretch.pods.stable},
        {"waits_for_person", stretch.waits_for_human},
        {"endless", stretch.endless},
        {"guarded", stretch.guarded},
        {"guarded_until", stretch.guarded_until},
    });
  }
  Json metrics = Json::array();
  for (const argo::Stop& stop : line.stops) {
    const argo::Gate& gate = simulation.gates[stop.gate];
    metrics.push_back({
        {"metric", gate.metrics[stop.metric].name},
        {"where", gate_words(gate)},
        {"begin", stop.begin},
        {"end", stop.end},
        {"measurements", stop.measurements},
        {"first_failed", maybe(stop.fails)},
        {"first_error", maybe(stop.errors)},
        {"exposed_seconds", stop.fails ? Json(stop.exposure) : Json(nullptr)},
    });
  }
  Json out = {
      {"rollout", simulation.rollout.name},
      {"namespace", simulation.rollout.name_space},
      {"strategy", simulation.rollout.canary ? "canary" : "blue-green"},
      {"replicas", simulation.rollout.replicas},
      {"traffic_routing", simulation.rollout.routed},
      {"floor", line.floor},
      {"waits_for_person", line.waits_for_human},
      {"endless", line.endless},
      {"steps", std::move(steps)},
      {"metrics", std::move(metrics)},
      {"abort",
       {{"missing_pods", line.worst.missing},
        {"waves", line.worst.waves},
        {"seconds", line.worst.time}}},
  };
  if (simulation.requests_per_second) {
    Json sights = Json::array();
    for (const Sight& sight : simulation.sights) {
      Json one = {{"metric", simulation.gates[sight.gate].metrics[sight.metric].name},
                  {"where", gate_words(simulation.gates[sight.gate])}};
      if (!sight.unknown.empty()) {
        one["unknown"] = sight.unknown;
      } else {
        one["requests"] = sight.requests;
        one["curve"] = curve(sight.curve);
        one["smallest_caught"] = maybe(sight.smallest);
      }
      sights.push_back(std::move(one));
    }
    out["detection"] = {{"requests_per_second", *simulation.requests_per_second},
                        {"metrics", std::move(sights)},
                        {"curve", curve(simulation.whole)},
                        {"smallest_caught", maybe(simulation.smallest)}};
  }
  // Names that are no UTF-8 must not stop the report.
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace backout::simulate
