// How the API shows what the world holds.
#pragma once

#include "argocd_world.h"

namespace backout::test::sim {

// The Application as the API server writes it, the spec byte for byte. Without `version` the two
// counters are left out, to compare.
[[nodiscard]] std::string application_json(const App& app, bool version = true);

[[nodiscard]] Json live_object(const App& app, const Live& live);  // as `kubectl get -o json`
// The ReplicaSet "catalog-<hash>" of a Rollout; null: there is none.
[[nodiscard]] Json replica_set_object(const App& app, std::string_view name);
[[nodiscard]] Json manifest_object(const Manifest& manifest);  // as it is rendered
[[nodiscard]] Json resource_tree(const World& world, const App& app);
[[nodiscard]] Json managed_resources(const World& world, const App& app);
[[nodiscard]] Json application_set(const World& world, const ApplicationSet& set);

}  // namespace backout::test::sim
