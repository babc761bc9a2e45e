// What Argo CD can be asked about an application's surroundings: who we are and what we may do,
// sync windows, settings, revisions and what they render to. Reads only; each is one request.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "argocd/client.h"
#include "argocd/resource.h"

namespace backout::argocd {

struct User {
  bool logged_in = false;
  std::string name, issuer;  // issuer "argocd": a local account or a project's role
  std::vector<std::string> groups;
};
// Answered without a token, too.
[[nodiscard]] Result<User> get_user(Client& client);

// Whether we may do `action` ("sync", "update", "override", "rollback", …) to an application.
// undecided: this server does not know the action.
[[nodiscard]] Result<bool> can_i(Client& client, std::string_view action, const AppName& app);

struct SyncWindow {
  std::string kind;                // "allow", "deny"
  std::string schedule, duration;  // cron, Go's duration; in a time zone that is not told
  bool manual_sync = false;        // does not hold for syncs that somebody asks for
};
struct SyncWindows {
  std::vector<SyncWindow> active, assigned;
  bool can_sync = false;  // when somebody asks for it
};
[[nodiscard]] Result<SyncWindows> get_sync_windows(Client& client, const AppName& app);

struct ServerSettings {
  std::string label_key;  // that tracks objects; empty: "app.kubernetes.io/instance"
  std::string tracking;   // "annotation", "label", "annotation+label"; empty: the release's own
  std::string control_namespace;   // told to users only
  bool replace_allowed = true;     // `Replace` as an option of a sync
  bool own_rollout_logic = false;  // somebody has replaced the health or actions of Rollouts
};
[[nodiscard]] Result<ServerSettings> get_server_settings(Client& client);

struct RevisionMetadata {
  std::string author, date, message;
  std::vector<std::string> tags;
};
// `source`: its place, from 0; of an application with one source, 0.
[[nodiscard]] Result<RevisionMetadata> get_revision_metadata(Client& client, const AppName& app,
                                                             const std::string& revision,
                                                             std::size_t source);

// An object as it is rendered; or as it lives in the cluster.
struct Manifest {
  ResourceName resource;           // no namespace: the application's, or none
  std::vector<std::string> hooks;  // "PreSync"; Helm's are translated
  std::vector<std::string> sync_options;
  bool being_deleted = false;
  std::string json;
};
// Nothing: it is no object.
[[nodiscard]] std::optional<Manifest> read_manifest(std::string json);

// What the sources of the spec, as it is now, render to at these revisions, one for each source.
// Hooks included.
[[nodiscard]] Result<std::vector<Manifest>> get_manifests(Client& client, const AppName& app,
                                                          const std::vector<std::string>& revisions,
                                                          bool several_sources);

struct ManagedResource {
  ResourceName resource;
  std::optional<Manifest> target, live;  // nothing: not rendered, not there
};
// Objects with what they should be and what they are; hooks left out. With names: only those.
[[nodiscard]] Result<std::vector<ManagedResource>> get_managed_resources(
    Client& client, const AppName& app, const ResourceName& only = {});

}  // namespace backout::argocd
