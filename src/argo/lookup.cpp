#include "argo/lookup.h"

#include "yaml/value.h"

namespace backout::argo {

std::optional<std::int64_t> int_at(const yaml::Node& root, Keys keys) {
  const yaml::Node* const node = root.find(keys);
  return node ? yaml::as_int(*node) : std::nullopt;
}

bool is_true(const yaml::Node& root, Keys keys) {
  const yaml::Node* const node = root.find(keys);
  return node && yaml::as_bool(*node).value_or(false);
}

std::string_view text_at(const yaml::Node& root, Keys keys) {
  const yaml::Node* const node = root.find(keys);
  return node ? yaml::as_string(*node).value_or("") : std::string_view();
}

const yaml::Node& place_of(const yaml::Node& root, Keys keys) {
  const yaml::Node* parent = &root;
  const yaml::Node* place = &root;
  for (const std::string_view key : keys) {
    const yaml::Entry* const entry = parent->entry(key);
    if (!entry) break;
    parent = &entry->value;
    place = parent->kind == yaml::Kind::scalar ? parent : &entry->key;
  }
  return *place;
}

const yaml::Node* canary_of(const RolloutSubject& subject) {
  if (subject.object.kind != ObjectKind::rollout || !subject.rollout.canary) return nullptr;
  return subject.object.node->find({"spec", "strategy", "canary"});
}

const yaml::Node* blue_green_of(const RolloutSubject& subject) {
  if (subject.object.kind != ObjectKind::rollout || subject.rollout.canary) return nullptr;
  return subject.object.node->find({"spec", "strategy", "blueGreen"});
}

bool is_whole(const RolloutSubject& subject) {
  const yaml::Node& object = *subject.object.node;
  return object.find({"spec", "template"}) || object.find({"spec", "workloadRef"});
}

}  // namespace backout::argo
