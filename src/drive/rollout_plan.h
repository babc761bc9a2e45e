// Plans for one Rollout, from what was read of it. Pure: nothing is asked here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drive/plan.h"
#include "rollout/action.h"
#include "rollout/argocd.h"
#include "rollout/rollout.h"
#include "rollout/undo.h"

namespace backout::drive {

struct FoundRollout {
  std::string name_space, name;
  std::optional<rollout::Rollout> rollout;  // nothing: no right to see it, its health alone
  std::string health, health_message;
  std::vector<rollout::ReplicaSet> sets;  // as far as they may be seen
  std::string where;                      // "context `prod` of KUBECONFIG, https://10.0.0.1"
  std::optional<rollout::ManagedRollout> managed;  // through Argo CD; nothing: through Kubernetes
  std::vector<std::string> warnings;
};

// `time`: of a restart, what to write. Not `undo`.
[[nodiscard]] Plan action_plan(const FoundRollout& found, rollout::Action action,
                               const std::string& time);
[[nodiscard]] Plan undo_plan(const FoundRollout& found, const rollout::Choice& choice, Instant now);
// Argo CD has no undo: what to do instead.
[[nodiscard]] Plan no_undo_plan(const FoundRollout& found);

}  // namespace backout::drive
