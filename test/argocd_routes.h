// The REST API of a World. Whoever calls it moves the clock.
#pragma once

#include "argocd_call.h"

namespace backout::test::sim {

[[nodiscard]] HttpReply call_api(World& world, const HttpRequest& request);

// ---- parts

// The path's pieces behind the root path and `/api/`. An escaped slash parts pieces, too, as Go
// reads paths; so a right like `action/argoproj.io/Rollout/abort` cannot be asked for in can-i.
[[nodiscard]] std::optional<Words> path_pieces(const World& world, const HttpRequest& request);

using Endpoint = HttpReply (*)(Call&);
struct Route {
  const char *method, *path;  // "applications/{}/sync"; {}: one piece, {**}: the rest
  Endpoint endpoint;
  bool anonymous = false;  // no token is asked for
  int since = 0;           // version
};
[[nodiscard]] const std::vector<Route>& reading_routes();   // argocd_reads.cpp
[[nodiscard]] const std::vector<Route>& account_routes();   // argocd_account.cpp
[[nodiscard]] const std::vector<Route>& changing_routes();  // argocd_changes.cpp
[[nodiscard]] const std::vector<Route>& action_routes();    // argocd_actions.cpp

}  // namespace backout::test::sim
