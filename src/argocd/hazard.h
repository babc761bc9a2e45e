// What fights a rollback, a sync or a pause of auto-sync, found before anything is touched. Facts
// (facts.h) go in, sentences come out; a fact that is not known becomes a sentence, too.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "argocd/effect.h"
#include "argocd/facts.h"

namespace backout::argocd {

enum class HazardKind : std::uint8_t {
  not_known,  // something could not be read: message says what it would have told
  // the application and its operation
  deleting,
  operation_running,
  operation_retrying,  // between two attempts
  operation_stuck,     // ended, and never taken off its slot (argo-cd #29636)
  sync_window,
  sync_window_ahead,  // one begins soon
  // who asks
  not_logged_in,
  token_ends,
  missing_right,
  // who else writes
  application_set,
  rolling_sync,
  parent,
  image_updater,
  promotion_tool,
  source_hydrator,
  // what the server or the specification does not allow
  old_server,
  no_history,
  short_history,
  retry_refresh,
  replaces_objects,
  ignored_fields,
  // what comes of it
  rollout_in_flight,
  rollout_aborted,
  rollout_paused,
  rollout_new_canary,
  rollout_waits,
  own_rollout_logic,
  parameter_override,
  other_source,
  self_managed,
  left_behind,
  deletes_objects,
  prune_confirm,
  hooks_skipped,
  being_deleted,
  floating_target,
  pinned_target,
};
// "sync-window", for programs.
[[nodiscard]] std::string_view name_of(HazardKind kind);

struct Hazard {
  HazardKind kind;
  bool blocking = false;  // it will not work, or be undone at once
  std::string message;    // what and where
  std::string remedy;     // what to do: a command, YAML or a right, as it is to be written
};

// Blocking ones first. Nothing is asked; the clock is for tokens and windows.
[[nodiscard]] std::vector<Hazard> find_hazards(const Client& client, const Application& app,
                                               const Facts& facts, const Effect& effect,
                                               const Question& question);

// All of it: what there is to know, what comes of it and what fights it.
struct Assessment {
  Facts facts;
  Effect effect;
  std::vector<Hazard> hazards;
};
[[nodiscard]] Assessment assess(Client& client, const Application& app, const Question& question);

// What was found that is no hazard, a line each: who asks whom, who else writes, what the target
// renders to.
[[nodiscard]] std::vector<std::string> in_words(const Assessment& assessment);

// ---- parts, a file each: hazard_now.cpp, hazard_owner.cpp, hazard_setting.cpp,
// hazard_effect.cpp, hazard_rollout.cpp

struct HazardInput {
  const Client& client;
  const Application& app;
  const Facts& facts;
  const Effect& effect;
  const Question& question;
};
using Hazards = std::vector<Hazard>;
void add_operation_hazards(const HazardInput& in, Hazards& out);
void add_access_hazards(const HazardInput& in, Hazards& out);
void add_owner_hazards(const HazardInput& in, Hazards& out);
void add_setting_hazards(const HazardInput& in, Hazards& out);
void add_object_hazards(const HazardInput& in, Hazards& out);
void add_rollout_hazards(const HazardInput& in, Hazards& out);

// "rollback", "sync", "pausing auto-sync", "resuming auto-sync".
[[nodiscard]] std::string_view in_words(Purpose purpose);

}  // namespace backout::argocd
