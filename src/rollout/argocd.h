// Actions on a Rollout through Argo CD, which offers them on the objects of an application. What is
// offered as disabled is not run, though Argo CD would. Argo CD has no undo. Without the right to
// see the live object, its health in the application's tree has to do.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "argocd/resource.h"
#include "core/result.h"
#include "rollout/action.h"
#include "rollout/done.h"

namespace backout::rollout {

// "catalog", "catalog/web" or "shop/catalog/web": an application and its Rollout, which may be left
// out (empty) when it has one. usage: anything else.
struct Words {
  argocd::AppName app;
  std::string rollout;
};
[[nodiscard]] Result<Words> read_words(std::string_view word, const std::string& name_space,
                                       const std::string& project);

struct ManagedRollout {
  argocd::AppName app;
  argocd::ResourceName resource;
};
// usage: there is none, or several and none was named.
[[nodiscard]] Result<ManagedRollout> find_managed(argocd::Client& client, const Words& words);

struct Seen {
  std::optional<Rollout> rollout;      // nothing: no right to see it
  std::string health, health_message;  // as the tree has it; read without `rollout` only
};
[[nodiscard]] Result<Seen> observe(argocd::Client& client, const ManagedRollout& managed);
// The ReplicaSets of its tree that may be seen, the stable and the current one.
[[nodiscard]] std::vector<ReplicaSet> replica_sets(argocd::Client& client,
                                                   const ManagedRollout& managed,
                                                   const Rollout& rollout);

// How Argo CD calls it; empty: it has none.
[[nodiscard]] std::string_view argocd_name(Action action, const Before& before);

// As through Kubernetes: looks first, and may be called again.
[[nodiscard]] Done perform(argocd::Client& client, const ManagedRollout& managed, Action action,
                           const Before& before);
[[nodiscard]] Result<Look> look(argocd::Client& client, const ManagedRollout& managed,
                                Action action, const Before& before);

}  // namespace backout::rollout
