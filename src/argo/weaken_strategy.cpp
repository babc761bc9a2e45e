#include "argo/weaken_strategy.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "yaml/value.h"

namespace backout::argo {
namespace {

using Path = std::initializer_list<std::string_view>;

std::optional<std::int64_t> number_at(const Object& object, Path path) {
  const yaml::Node* node = object.node->find(path);
  return node ? yaml::as_int(*node) : std::nullopt;
}

// Counts and times that protect by being large. `absent`: what the controller takes when the field
// is not there.
void weaken_guards(const RolloutSubject& before, const RolloutSubject& after,
                   std::vector<Weakening>& out) {
  const auto compare = [&](std::string_view field, Path path, std::int64_t absent,
                           std::string_view effect) {
    const std::int64_t was = number_at(before.object, path).value_or(absent);
    const std::int64_t is = number_at(after.object, path).value_or(absent);
    if (is >= was) return;
    const yaml::Node* node = after.object.node->find(path);
    out.push_back({&after.object, node ? node : after.object.node->find("spec"),
                   fmt::format("`{}`", field),
                   fmt::format("`{}` is {} instead of {}: {}", field, is, was, effect)});
  };
  compare("revisionHistoryLimit", {"spec", "revisionHistoryLimit"}, 10,
          "fewer releases can be gone back to");
  compare("rollbackWindow.revisions", {"spec", "rollbackWindow", "revisions"}, 0,
          "the way back replays all steps");
  if (before.rollout.canary == after.rollout.canary)
    compare("scaleDownDelaySeconds",
            {"spec", "strategy", after.rollout.canary ? "canary" : "blueGreen",
             "scaleDownDelaySeconds"},
            30, "the previous pods are gone sooner");
}

void weaken_switches(const RolloutSubject& before, const RolloutSubject& after,
                     std::vector<Weakening>& out) {
  const auto on = [](const Object& object, Path path, bool absent) {
    const yaml::Node* node = object.node->find(path);
    return node ? yaml::as_bool(*node).value_or(absent) : absent;
  };
  const auto spec = [&](Path path) {
    const yaml::Node* node = after.object.node->find(path);
    return node ? node : after.object.node->find("spec");
  };
  const Path abort = {"spec", "progressDeadlineAbort"};
  if (on(before.object, abort, false) && !on(after.object, abort, false))
    out.push_back({&after.object, spec(abort), "`progressDeadlineAbort`",
                   "`progressDeadlineAbort` is off: a canary that never gets ready stays"});
  const Path promotion = {"spec", "strategy", "blueGreen", "autoPromotionEnabled"};
  if (!before.rollout.canary && !after.rollout.canary && !on(before.object, promotion, true) &&
      on(after.object, promotion, true))
    out.push_back({&after.object, spec(promotion), "`autoPromotionEnabled`",
                   "`autoPromotionEnabled` is on: nobody looks before the switch"});
}

// The steps as stairs: how high each is, and how long the canary stands on it.
struct Stair {
  int weight = 0, rise = 0;
  Seconds pause = 0;
  bool waits = false;  // for a person
  const yaml::Node* node = nullptr;
};
std::vector<Stair> stairs(const Rollout& rollout) {
  std::vector<Stair> out;
  int weight = 0;
  for (const Step& step : rollout.steps) {
    if (step.kind == Step::Kind::set_weight) {
      out.push_back({step.weight, step.weight - weight, 0, false, step.node});
      weight = step.weight;
    } else if (step.kind == Step::Kind::pause) {
      if (out.empty()) out.push_back({0, 0, 0, false, step.node});
      if (step.duration)
        out.back().pause += *step.duration;
      else
        out.back().waits = true;
    }
  }
  return out;
}

// A pause counts with the last stair that is no higher than where it was.
void weaken_steps(const RolloutSubject& before, const RolloutSubject& after,
                  std::vector<Weakening>& out) {
  if (!before.rollout.canary || !after.rollout.canary) return;
  const std::vector<Stair> old = stairs(before.rollout), now = stairs(after.rollout);
  const yaml::Node* steps = after.object.node->find({"spec", "strategy", "canary", "steps"});
  const yaml::Node* place = steps ? steps : after.object.node->find({"spec", "strategy"});
  if (old.empty()) return;
  if (now.empty()) {
    out.push_back(
        {&after.object, place, "the steps", "all steps are gone: a plain rolling update"});
    return;
  }
  const auto highest = [](const std::vector<Stair>& all) {
    int rise = 0, top = 0;
    for (const Stair& stair : all) {
      rise = std::max(rise, stair.rise);
      top = std::max(top, stair.weight);
    }
    return std::max(rise, 100 - top);  // the last step is the one to all traffic
  };
  const auto first = [](const std::vector<Stair>& all) {
    for (const Stair& stair : all)
      if (stair.weight > 0) return stair.weight;
    return 100;
  };
  if (first(now) > first(old))
    out.push_back(
        {&after.object, place, "the steps",
         fmt::format("the first weight is {} % instead of {} %", first(now), first(old))});
  else if (highest(now) > highest(old))
    out.push_back({&after.object, place, "the steps",
                   fmt::format("the largest step is {} points of traffic instead of {}",
                               highest(now), highest(old))});
  const auto waits = [](const std::vector<Stair>& all) {
    return std::count_if(all.begin(), all.end(), [](const Stair& one) { return one.waits; });
  };
  const auto rest = [](const std::vector<Stair>& all) {
    Seconds total = 0;
    for (const Stair& one : all) total += one.pause;
    return total;
  };
  if (waits(now) < waits(old))
    out.push_back(
        {&after.object, place, "the pauses",
         fmt::format("{} instead of {} pauses wait for a person", waits(now), waits(old))});
  else if (rest(now) < rest(old))
    out.push_back({&after.object, place, "the pauses",
                   fmt::format("the pauses add up to {} instead of {}", show_duration(rest(now)),
                               show_duration(rest(old)))});
}

}  // namespace

void weaken_strategy(const RolloutSubject& before, const RolloutSubject& after,
                     std::vector<Weakening>& out) {
  weaken_steps(before, after, out);
  weaken_switches(before, after, out);
  weaken_guards(before, after, out);
}

}  // namespace backout::argo
