// Rollouts as tests need them: the canary and the blue-green of kube_server.h, changed a little.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "kube_server.h"
#include "rollout/rollout.h"

namespace backout::rollout {

using nlohmann::json;
using Edit = std::function<void(json& rollout)>;

inline Rollout made(json object, const Edit& edit) {
  if (edit) edit(object);
  std::string why;
  auto out = read_rollout(object.dump(), why);
  EXPECT_TRUE(out) << why;
  return out.value_or(Rollout{});
}
inline Rollout canary(const Edit& edit = {}) { return made(test::canary(), edit); }
inline Rollout blue_green(const Edit& edit = {}) { return made(test::blue_green(), edit); }

inline void promoted(json& one) {
  one["status"]["stableRS"] = "bbb";
  one["status"]["phase"] = "Healthy";
  one["status"]["pauseConditions"] = nullptr;
  one["status"]["controllerPause"] = false;
  one["status"]["currentStepIndex"] = 6;
}
inline void aborted(json& one) {
  one["status"]["abort"] = true;
  one["status"]["abortedAt"] = "2026-11-22T11:00:00Z";
  one["status"]["phase"] = "Degraded";
  one["status"]["message"] = "RolloutAborted: Rollout aborted update to revision 2";
  one["status"]["currentStepIndex"] = 0;
  one["status"]["pauseConditions"] = nullptr;
  one["status"]["controllerPause"] = false;
  one["status"]["canary"]["weights"]["canary"]["weight"] = 0;
}
inline void running(json& one) {
  one["status"]["pauseConditions"] = nullptr;
  one["status"]["controllerPause"] = false;
  one["status"]["phase"] = "Progressing";
  one["status"]["currentStepIndex"] = 1;
}

inline ReplicaSet stable_of(std::int64_t available) {
  ReplicaSet out;
  out.hash = "aaa";
  out.available = available;
  return out;
}

}  // namespace backout::rollout
