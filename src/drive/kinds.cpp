#include "drive/steps.h"

namespace backout::drive {

std::span<const Kind> kinds() {
  static constexpr Kind table[] = {
      {"pause-auto-sync", pause_auto_sync, restore_auto_sync},
      {"end-operation", end_operation, nullptr},
      {"roll-back", roll_back, deploy_again},
      {"sync", sync, deploy_again},
      {"wait-for-operation", wait_for_operation, nullptr},
      {"wait-for-health", wait_for_health, nullptr, true},
      {"promote-rollouts", promote_rollouts, nullptr},
      {"verify", verify_recovery, nullptr, true},
      {"revert", make_revert, drop_revert},
      {"push-revert", push_revert, drop_pushed},
      {"open-pull-request", open_pull_request, nullptr},
      {"wait-for-merge", wait_for_merge, nullptr},
      {"restore-auto-sync", restore_auto_sync, pause_again},
      {"confirm", confirm, nullptr, true},
      {"stay-paused", stay_paused, nullptr},
      {"act-on-rollout", act_on_rollout, take_back_rollout},
      {"wait-for-rollout", wait_for_rollout, nullptr},
  };
  return table;
}

}  // namespace backout::drive
