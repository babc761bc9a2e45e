// Which release of Argo CD answers, and what only some releases can do. The numbers are those of
// the first release that has it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace backout::argocd {

struct ServerVersion {
  bool known = false;
  int major = 0, minor = 0, patch = 0;
  std::string text;  // as the server says it
  [[nodiscard]] bool at_least(int other_major, int other_minor) const {
    return known && (major != other_major ? major > other_major : minor >= other_minor);
  }
};
// "v3.1.2+abcdef"; not known when it does not begin so.
[[nodiscard]] ServerVersion read_server_version(std::string_view text);

enum class Feature : std::uint8_t {
  app_namespaces,         // applications outside of Argo CD's own namespace
  project_in_requests,    // a missing application is a 404
  source_positions,       // a sync of several sources to revisions
  windows_while_running,  // a sync window that closes halts a running operation
  multi_source_rollback,  //
  annotation_tracking,    // by default; labels before
  actions_v2,             //
  auto_sync_enabled,      // `automated.enabled`; before, `automated` being there means on
  rollout_pause_action,   // and `skip-current-step`
  retry_refresh,          // `retry.refresh`
  revision_override,      // a right of its own for a sync to a revision, where enforced
  missing_is_no_health,   // objects that are not there no longer make an application `Missing`
  toggle_auto_sync,       // an action on the application itself
  rollback_right,         // a right of its own for rollbacks, where enforced
};
// False, too, when the version is not known: what is older works everywhere.
[[nodiscard]] bool has(const ServerVersion& version, Feature feature);
// "2.12".
[[nodiscard]] std::string since(Feature feature);

}  // namespace backout::argocd
