#include "argo/hook.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace backout::argo {
namespace {

// Helm's hooks that Argo CD runs; the others (tests, rollbacks) it leaves out.
constexpr std::pair<std::string_view, std::string_view> of_helm[] = {
    {"crd-install", "PreSync"},   {"pre-install", "PreSync"},   {"pre-upgrade", "PreSync"},
    {"post-install", "PostSync"}, {"post-upgrade", "PostSync"}, {"post-delete", "PostDelete"},
};

bool contains(const std::vector<std::string_view>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

const yaml::Node* annotation(const Object& object, std::string_view key) {
  return object.node->find({"metadata", "annotations", key});
}

std::vector<std::string_view> words_of(std::string_view list) {
  std::vector<std::string_view> out;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view word = list.substr(0, comma);
    while (word.starts_with(' ')) word.remove_prefix(1);
    while (word.ends_with(' ')) word.remove_suffix(1);
    if (!word.empty()) out.push_back(word);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return out;
}

bool Hook::runs_in(std::string_view phase) const { return contains(phases, phase); }

std::optional<Hook> hook_of(const Object& object) {
  if (const yaml::Node* const node = annotation(object, "argocd.argoproj.io/hook")) {
    Hook out{node, false, words_of(node->text), {}};
    if (const yaml::Node* const policy =
            annotation(object, "argocd.argoproj.io/hook-delete-policy"))
      out.policies = words_of(policy->text);
    return out;
  }
  const yaml::Node* const node = annotation(object, "helm.sh/hook");
  if (node == nullptr) return std::nullopt;
  Hook out{node, true, {}, {}};
  for (const std::string_view word : words_of(node->text))
    for (const auto& [helm, argo] : of_helm)
      if (word == helm && !contains(out.phases, argo)) out.phases.push_back(argo);
  if (const yaml::Node* const policy = annotation(object, "helm.sh/hook-delete-policy"))
    out.policies = words_of(policy->text);
  return out;
}

bool has_sync_option(const Object& object, std::string_view option) {
  const yaml::Node* const node = annotation(object, "argocd.argoproj.io/sync-options");
  return node != nullptr && contains(words_of(node->text), option);
}

std::optional<int> wave_of(const Object& object) {
  const yaml::Node* const node = annotation(object, "argocd.argoproj.io/sync-wave");
  if (node == nullptr) return 0;
  int wave = 0;
  const char* const end = node->text.data() + node->text.size();
  const auto [stop, error] = std::from_chars(node->text.data(), end, wave);
  if (error != std::errc() || stop != end) return std::nullopt;
  return wave;
}

}  // namespace backout::argo
