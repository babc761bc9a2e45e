// Plans for one Argo CD application, from what was read of it. Pure: nothing is asked here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "argocd/application.h"
#include "argocd/target.h"
#include "drive/plan.h"

namespace backout::drive {

// What was read, and what fights the operation (argocd/hazard.h).
struct Found {
  argocd::Application app;
  std::string url;
  bool knows_enabled = true;  // the server knows `automated.enabled`: Argo CD 3.1
  bool can_toggle = false;    // and the action `toggle-auto-sync`: 3.5
  std::vector<std::string> facts, warnings, refusals;
};

struct Wish {
  bool prune = false;
  bool terminate = false;     // end a running operation first
  bool promote_full = false;  // take Rollouts through their steps
  std::string reason;
};

// Back to an entry of the history, or, when it is not kept there, by a sync to its revisions.
// `later`: the steps behind the deployment (verification, revert), before auto-sync is restored.
// `merge`: what tells that the tracked branch holds the revert (drive/revert_plan.h); empty: the
// user has to say so.
[[nodiscard]] Plan rollback_plan(const Found& found, const argocd::Target& target, const Wish& wish,
                                 std::vector<Step> later, Facts merge);

// To revisions, one for each source; empty: what the spec's targets stand for.
[[nodiscard]] Plan sync_plan(const Found& found, const std::vector<std::string>& revisions,
                             const Wish& wish, std::vector<Step> later);

[[nodiscard]] Plan pause_plan(const Found& found);
// Without the journal of the pause. `saved`: what `automated` was; `where`: how that is known.
[[nodiscard]] Plan resume_plan(const Found& found, const std::string& saved,
                               const std::string& where);

}  // namespace backout::drive
