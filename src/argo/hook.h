// What annotations tell Argo CD about an object: when it runs as a hook, its sync options, its
// wave. Source: gitops-engine/pkg/sync/{hook,syncwaves} and argo-cd's documentation of sync
// options.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "argo/manifest.h"

namespace backout::argo {

// `metadata.annotations[key]`; null when there is none.
[[nodiscard]] const yaml::Node* annotation(const Object& object, std::string_view key);

// The words of a comma list.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view list);

struct Hook {
  const yaml::Node* node = nullptr;          // the annotation
  bool helm = false;                         // `helm.sh/hook`, mapped by Argo CD
  std::vector<std::string_view> phases{};    // in Argo CD's words: "PreSync"
  std::vector<std::string_view> policies{};  // "BeforeHookCreation" …, as written; none: default
  [[nodiscard]] bool runs_in(std::string_view phase) const;
};
[[nodiscard]] std::optional<Hook> hook_of(const Object& object);

// Whether the annotation of sync options has it: "Prune=false".
[[nodiscard]] bool has_sync_option(const Object& object, std::string_view option);

// Of `argocd.argoproj.io/sync-wave`, 0 without; nothing when it is no number.
[[nodiscard]] std::optional<int> wave_of(const Object& object);

}  // namespace backout::argo
