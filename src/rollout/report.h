// `backout rollout status`: a Rollout, its revisions, and what can be done to it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/clock.h"
#include "rollout/action.h"
#include "rollout/rollout.h"

namespace backout::rollout {

struct Report {
  Rollout rollout;
  std::vector<ReplicaSet> sets;  // as far as they may be seen
  std::string where;             // "context `prod` of KUBECONFIG, https://10.0.0.1"
  Instant now{};
};

struct TextOptions {
  bool color = false;
  std::size_t width = 0;  // 0: nothing is fitted
};
[[nodiscard]] std::string status_text(const Report& report, const TextOptions& options);
[[nodiscard]] std::string status_json(const Report& report);

}  // namespace backout::rollout
