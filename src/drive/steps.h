// All kinds of steps, each a function that carries it out and one that takes it back. What each
// looks at, changes and notes is said where it is defined.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "drive/run.h"

namespace backout::drive {

// auto_sync.cpp
StepResult pause_auto_sync(Context& context);
StepResult restore_auto_sync(Context& context);
StepResult pause_again(Context& context);  // takes `restore_auto_sync` back
StepResult stay_paused(Context& context);
// deploy.cpp
StepResult end_operation(Context& context);
StepResult roll_back(Context& context);
StepResult sync(Context& context);
StepResult deploy_again(Context& context);  // takes either back
// The request of the plan's `roll-back` or `sync` once more, after the operation that began at
// `failed`.
StepResult repeat_deploy(Context& context, const std::string& failed);
// settle.cpp
// What an operation is known by.
struct Wanted {
  std::vector<std::string> revisions;  // empty: whatever the spec's targets are
  std::string before;                  // start of the operation that came before it
  std::int64_t newest = -1;            // entry of the history that came before it
  std::string id;                      // of our operation, with which the reason of a sync begins
};
// given: revisions, started_before, newest.
[[nodiscard]] Wanted wanted_of(const Context& context, const Facts& given);
// Whether these are the revisions asked for: a commit may have been shortened, and what a tag or a
// branch stands for is believed of an operation with our reason only.
[[nodiscard]] bool went_there(const std::vector<std::string>& revisions, const Wanted& wanted,
                              std::string_view reason);
// Until that operation has ended well.
StepResult settle(Context& context, const Wanted& wanted);
StepResult wait_for_operation(Context& context);
StepResult wait_for_health(Context& context);
StepResult confirm(Context& context);
// promote.cpp
StepResult promote_rollouts(Context& context);
// verify_step.cpp
StepResult verify_recovery(Context& context);
// revert_steps.cpp
StepResult make_revert(Context& context);
StepResult drop_revert(Context& context);
StepResult push_revert(Context& context);
StepResult drop_pushed(Context& context);
StepResult open_pull_request(Context& context);
// How it is known that `tip` of the tracked branch holds the revert; nothing: it does not.
[[nodiscard]] Result<std::optional<std::string>> holds_revert(const Context& context,
                                                              const Facts& given,
                                                              const std::string& tip);
// merge.cpp
StepResult wait_for_merge(Context& context);

// rollout.cpp; facts given: action, before, namespace, name, version (of the API, through Argo CD),
// from and to (hashes, of an undo).
StepResult act_on_rollout(Context& context);
StepResult take_back_rollout(Context& context);
StepResult wait_for_rollout(Context& context);

}  // namespace backout::drive
