// Who else writes the Application: the ApplicationSet that has made it, and the application whose
// git holds it (app of apps), with that one's own parents. Both put back what is changed in the
// cluster unless they are told to leave it alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "argocd/client.h"
#include "argocd/reads.h"
#include "argocd/server_version.h"

namespace backout::argocd {

// Which fields are left alone; one rule of `ignoreApplicationDifferences` or `ignoreDifferences`.
struct IgnoreRule {
  std::string group, kind, name, name_space;  // empty: any
  std::vector<std::string> pointers, jq, managers;
};
// Whether a rule covers all of the field below "/spec/syncPolicy/automated": the pointer itself or
// what it lies in, as a JSON pointer or as a jq path.
[[nodiscard]] bool covers(const IgnoreRule& rule, std::string_view pointer);

struct ApplicationSet {
  std::string name, name_space;
  bool template_automated = false;  // turns auto-sync on in what it makes
  bool template_patch = false;      // a patch, which may do so, too
  std::string applications_sync;    // create-only, create-update, create-delete, sync; or empty
  bool rolling_sync = false;        // starts the syncs of its applications itself, group by group
  std::vector<IgnoreRule> ignored;
};
// The set that owns the application; nothing: none does.
[[nodiscard]] std::optional<std::string> owning_set(const Application& app);
// Needs the right `applicationsets, get`.
[[nodiscard]] Result<ApplicationSet> get_application_set(Client& client, const std::string& name,
                                                         const std::string& name_space);
// Whether what is changed at `pointer` ("/spec/syncPolicy/automated") of the application stays.
[[nodiscard]] bool leaves_alone(const ApplicationSet& set, const Application& app,
                                std::string_view pointer);

struct Parent {
  Application app;
  bool respects = false;  // what it ignores stays as it is when it syncs, too
  std::vector<IgnoreRule> ignored;
};
struct Parents {
  std::vector<Parent> chain;        // the nearest first
  std::vector<std::string> doubts;  // why there may be more, or others
  // The nearest parent's idea of the application, as JSON; read when it heals itself. Empty: not
  // read.
  std::string wanted;
};
// By the tracking annotation; by the label that `label_key` names only when the application found
// is one that manages this one. At most three levels.
[[nodiscard]] Parents find_parents(Client& client, const Application& app,
                                   const ServerVersion& version,
                                   const Result<ServerSettings>& settings);
// Whether the parent ignores differences of `child` there.
[[nodiscard]] bool ignores(const Parent& parent, const Application& child,
                           std::string_view pointer);

// "root" of "root:argoproj.io/Application:argocd/catalog" when that names the application.
[[nodiscard]] std::optional<AppName> tracked_by(std::string_view tracking_id,
                                                const Application& app);

}  // namespace backout::argocd
