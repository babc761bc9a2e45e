// The controllers of Argo CD: what happens by itself while time passes. The facts are those of
// argo-cd's controller/appcontroller.go, controller/sync.go and gitops-engine's pkg/sync, and of
// argo-rollouts' rollout/.
#pragma once

#include "argocd_world.h"

namespace backout::test::sim {

// All controllers, second for second.
void pass_time(World& world, Seconds seconds);
// Gives a new resourceVersion to what has changed. Each request does so, too.
void note_changes(World& world);

// ---- parts, each in a file of its own

void compare(World& world, App& app);        // argocd_compare.cpp: sync status, health, auto-sync
void run_operation(World& world, App& app);  // argocd_operation.cpp: the single slot
void undo_foreign_changes(World& world, App& app);  // argocd_owners.cpp
void reapply_children(World& world, const App& parent);
void hydrate(World& world, App& app);              // argocd_hydrator.cpp
void run_rollout(World& world, Rollout& rollout);  // argocd_rollout.cpp

// A new spec, with what the controller makes of the change: turning auto-sync or self-heal on, or
// another source, has it compared at once.
void set_spec(World& world, App& app, const std::string& spec);
// Fills the slot if it is free.
bool start_operation(World& world, App& app, Operation operation);
// A sync that succeeded in the past.
void finish_past_sync(World& world, App& app, const Words& sources, const Words& revisions);
void append_history(App& app, const OperationState& state);
[[nodiscard]] std::string health_of(const Rollout& rollout);

// ---- Rollout actions

struct RolloutAction {
  std::string name;
  bool disabled;
};
[[nodiscard]] std::vector<RolloutAction> rollout_actions(const World& world,
                                                         const Rollout& rollout);
// Whether there is such an action. It is done even when it is disabled, as Argo CD does.
bool act(World& world, Rollout& rollout, std::string_view action);

}  // namespace backout::test::sim
