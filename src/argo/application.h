// An Application as Argo CD reads it, written by itself or as the template of an ApplicationSet.
// Only what rules ask for often; the rest they find below `spec`. Source of names and defaults:
// pkg/apis/application/v1alpha1/types.go of argo-cd v3.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "argo/manifest.h"

namespace backout::argo {

// `syncPolicy.automated`, unless it is switched off.
struct AutoSync {
  const yaml::Node* node = nullptr;
  bool prune = false, self_heal = false, allow_empty = false;
};

struct AppSource {
  const yaml::Node* node = nullptr;
  std::string_view repository, path, chart, revision, ref;  // as written, empty: not given
  bool recurse = false;                                     // takes the folders below `path`, too
  // How firmly `targetRevision` names what is deployed.
  enum class Pin : std::uint8_t {
    commit,   // of git, whole or shortened
    version,  // of a chart, or a tag that looks like one
    range,    // of versions: the newest that fits
    moving,   // a branch, HEAD, `latest`
    unknown,  // a placeholder; a name that may be a branch or a tag
  };
  [[nodiscard]] Pin pin() const;
  [[nodiscard]] bool floats() const { return pin() == Pin::range || pin() == Pin::moving; }
  // Where to point: at `targetRevision`, else at the source.
  [[nodiscard]] const yaml::Node& place() const;
};

struct Application {
  const Object* object = nullptr;
  bool generated = false;               // the template of an ApplicationSet
  const yaml::Node* spec = nullptr;     // null: not there
  std::optional<AutoSync> auto_sync{};  // none: a person syncs, or a RollingSync does
  std::vector<AppSource> sources{};     // those that count

  [[nodiscard]] std::string title() const;  // "`shop`", "Applications of `shops`"
  // An entry of `syncPolicy.syncOptions`, "Replace=true"; null when it is not there.
  [[nodiscard]] const yaml::Node* option(std::string_view wanted) const;
};
// Of an Application or an ApplicationSet; nothing of other kinds.
[[nodiscard]] std::optional<Application> read_application(const Object& object);

// Whether the object's file lies in a folder that a source names. Charts, and folders whose files
// are picked by patterns, are not looked into: false.
[[nodiscard]] bool deploys(const Application& application, const Object& object);

// Whether one of the rules (`ignoreDifferences`, `ignoreApplicationDifferences`) covers a field, by
// pointer or by jq path: "/spec/syncPolicy/automated" also by "/spec/syncPolicy".
[[nodiscard]] bool ignores(const yaml::Node* rules, std::string_view pointer);

// A field that is given as true.
[[nodiscard]] bool is_true(const yaml::Node* node);

}  // namespace backout::argo
