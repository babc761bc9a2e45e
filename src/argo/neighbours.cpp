#include "argo/neighbours.h"

#include <algorithm>

#include "argo/lookup.h"

namespace backout::argo {
namespace {

std::string_view folder_of(const Object& object) {
  const std::string_view path = object.source->path;
  return path.substr(0, path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/'));
}

}  // namespace

bool is_in_folder_of(const Object& one, const Object& other) {
  return folder_of(one) == folder_of(other);
}

const Object* nearest_of(const std::vector<const Object*>& candidates, const Object& object) {
  if (candidates.size() == 1) return candidates.front();
  const auto only = [&](auto&& is_near) -> const Object* {
    const Object* found = nullptr;
    for (const Object* one : candidates) {
      if (!is_near(*one)) continue;
      if (found) return nullptr;
      found = one;
    }
    return found;
  };
  if (const Object* found =
          only([&](const Object& one) { return one.source->path == object.source->path; }))
    return found;
  return only([&](const Object& one) { return is_in_folder_of(one, object); });
}

std::vector<NamedService> services_of(const RolloutSubject& subject) {
  std::vector<NamedService> out;
  const auto add = [&](const yaml::Node* holder, const char* key) {
    const yaml::Node* const node = holder ? holder->find(key) : nullptr;
    const std::string_view name = holder ? text_at(*holder, {key}) : std::string_view();
    const bool known = std::any_of(out.begin(), out.end(),
                                   [&](const NamedService& one) { return one.name == name; });
    if (!name.empty() && !known) out.push_back({name, node});
  };
  const yaml::Node* const canary = canary_of(subject);
  for (const char* key : {"canaryService", "stableService"}) add(canary, key);
  if (canary)
    for (const char* key : {"pingService", "pongService"}) add(canary->find("pingPong"), key);
  for (const char* key : {"activeService", "previewService"}) add(blue_green_of(subject), key);
  return out;
}

Selects selects(const Object& service, const Object& rollout) {
  const yaml::Node* const selector = service.node->find({"spec", "selector"});
  const yaml::Node* const labels = rollout.node->find({"spec", "template", "metadata", "labels"});
  if (!selector || selector->entries.empty() || !labels || labels->entries.empty())
    return Selects::unknown;
  for (const yaml::Entry& entry : selector->entries) {
    if (entry.key.text == "rollouts-pod-template-hash") continue;
    const yaml::Node* const label = labels->find(entry.key.text);
    if (!label || label->text != entry.value.text) return Selects::other;
  }
  return Selects::pods;
}

const Object* autoscaler_of(const Object& object, std::string_view kind, std::string_view name,
                            const Objects& objects) {
  std::vector<const Object*> found;
  for (const Object* one : objects.of(ObjectKind::horizontal_pod_autoscaler)) {
    const bool other_place = !one->namespace_name.empty() && !object.namespace_name.empty() &&
                             one->namespace_name != object.namespace_name;
    if (other_place || text_at(*one->node, {"spec", "scaleTargetRef", "kind"}) != kind ||
        text_at(*one->node, {"spec", "scaleTargetRef", "name"}) != name)
      continue;
    found.push_back(one);
  }
  return nearest_of(found, object);
}

std::optional<int> replicas_of(const RolloutSubject& subject, const Objects& objects) {
  const Object* const scaler =
      autoscaler_of(subject.object, "Rollout", subject.object.name, objects);
  if (scaler) {
    const yaml::Node* const least = scaler->node->find({"spec", "minReplicas"});
    if (!least) return 1;
    const auto value = int_at(*scaler->node, {"spec", "minReplicas"});
    if (!value || *value < 0 || *value > 1'000'000) return std::nullopt;
    return static_cast<int>(*value);
  }
  const bool given = subject.object.node->find({"spec", "replicas"}) != nullptr;
  if (!given || !subject.rollout.replicas_known) return std::nullopt;
  return subject.rollout.replicas;
}

}  // namespace backout::argo
