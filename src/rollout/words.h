// What a Rollout does now and what comes next, in words. Names stand in backquotes, unescaped.
#pragma once

#include <string>
#include <vector>

#include "rollout/action.h"
#include "rollout/rollout.h"

namespace backout::rollout {

// "ghcr.io/acme/catalog:v2 and 1 more", in backquotes; "?" when there is none.
[[nodiscard]] std::string images_in_words(const std::vector<std::string>& images);
// "canary, step 2 of 6, 20 % of the traffic, paused (CanaryPauseStep) since …".
[[nodiscard]] std::string state_in_words(const Rollout& rollout);
// After `action` has settled: what is true then, and what somebody has to do. `sets`: as far as
// they are known.
struct Next {
  std::vector<std::string> facts, to_do;
};
[[nodiscard]] Next what_next(Action action, const Rollout& rollout,
                             const std::vector<ReplicaSet>& sets);

}  // namespace backout::rollout
