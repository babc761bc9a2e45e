// The objects that an application manages, as Argo CD sees them: the tree, a live object, and the
// actions that it offers on one (of a Rollout: abort, retry, promote-full, …). Argo CD runs an
// action that it lists as disabled, too: whoever runs one looks at the list first.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "argocd/change.h"
#include "argocd/client.h"

namespace backout::argocd {

struct ResourceName {
  std::string group, version, kind, name_space, name;  // no group: core; no namespace: cluster
};
[[nodiscard]] std::string in_words(const ResourceName& resource);  // "Rollout `shop/catalog`"
// Whether both name one object, of whatever version.
[[nodiscard]] bool same_object(const ResourceName& a, const ResourceName& b);

struct Node {
  ResourceName resource;
  std::string uid;
  std::vector<ResourceName> parents;
  std::string health, health_message;  // empty: none is known for the kind
  std::vector<std::string> images;
  std::string created_at;
};

// All live objects, those that others own included; objects that are not there (yet) are left out.
[[nodiscard]] Result<std::vector<Node>> get_resource_tree(Client& client, const AppName& app);

// The Rollouts (argoproj.io) among them.
[[nodiscard]] std::vector<Node> rollouts_in(const std::vector<Node>& tree);

// The object's manifest as JSON.
[[nodiscard]] Result<std::string> get_live_resource(Client& client, const AppName& app,
                                                    const ResourceName& resource);

struct Action {
  std::string name;
  bool disabled = false;  // it would do nothing now, or harm
};
[[nodiscard]] Result<std::vector<Action>> list_actions(Client& client, const AppName& app,
                                                       const ResourceName& resource);

// Sent once. To a server older than 3.1, which does not know the request, once more in its old
// form.
[[nodiscard]] Outcome run_action(Client& client, const AppName& app, const ResourceName& resource,
                                 std::string_view action);

}  // namespace backout::argocd
