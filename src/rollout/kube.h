// Actions on a Rollout through the Kubernetes API. Each call looks first and writes only what is
// missing, so that it can be made again after a crash; waiting is the caller's, who asks `look`
// again and again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "kube/client.h"
#include "rollout/action.h"
#include "rollout/done.h"
#include "rollout/undo.h"

namespace backout::rollout {

struct Target {
  std::string name_space, name;
};
// "catalog" or "shop/catalog". usage: no name, or two namespaces.
[[nodiscard]] Result<Target> read_target(std::string_view word, const kube::Flags& flags,
                                         const std::string& default_name_space);

// usage: there is none, or no right to see it. undecided: no answer.
[[nodiscard]] Result<Rollout> observe(kube::Client& client, const Target& target);
// Those that it controls.
[[nodiscard]] Result<std::vector<ReplicaSet>> replica_sets(kube::Client& client,
                                                           const Rollout& rollout);

// All of `action` that is not written yet; not `undo`.
[[nodiscard]] Done perform(kube::Client& client, const Target& target, Action action,
                           const Before& before);
// The template of the ReplicaSet with the hash `to` into the Rollout, or what its `workloadRef`
// names. `from`: the hash that it must have until then.
[[nodiscard]] Done perform_undo(kube::Client& client, const Target& target, const std::string& from,
                                const std::string& to);

// What is true now. `to`: of an undo, the hash gone back to.
[[nodiscard]] Result<Look> look(kube::Client& client, const Target& target, Action action,
                                const Before& before, const std::string& to = {});

}  // namespace backout::rollout
