#include "argo/pair.h"

#include <algorithm>

#include "yaml/value.h"

namespace backout::argo {

const Object* counterpart(const Object& object, const Objects& others) {
  if (object.name.empty()) return nullptr;
  const Object* found = nullptr;
  std::size_t count = 0;
  for (const Object* const other : others.find(object.kind, object.namespace_name, object.name)) {
    if (other->source->path == object.source->path) return other;
    found = other;
    ++count;
  }
  return count == 1 ? found : nullptr;
}

std::vector<const Object*> removed(const Objects& base, const Objects& head) {
  std::vector<const Object*> out;
  for (const Object& object : base.all())
    if (!object.name.empty() &&
        head.find(object.kind, object.namespace_name, object.name).empty() &&
        !head.is_unclear(object.source->path))
      out.push_back(&object);
  return out;
}

bool same(const yaml::Node* a, const yaml::Node* b) {
  const bool no_a = a == nullptr || a->kind == yaml::Kind::null;
  const bool no_b = b == nullptr || b->kind == yaml::Kind::null;
  if (no_a || no_b) return no_a && no_b;
  if (a->kind != b->kind) return false;
  if (a->kind == yaml::Kind::scalar)
    return a->text == b->text && yaml::type_of(*a) == yaml::type_of(*b);
  if (a->kind == yaml::Kind::sequence)
    return std::equal(a->items.begin(), a->items.end(), b->items.begin(), b->items.end(),
                      [](const yaml::Node& x, const yaml::Node& y) { return same(&x, &y); });
  return a->entries.size() == b->entries.size() &&
         std::all_of(a->entries.begin(), a->entries.end(), [&](const yaml::Entry& entry) {
           const yaml::Entry* const other = b->entry(entry.key.text);
           return other != nullptr && same(&entry.value, &other->value);
         });
}

}  // namespace backout::argo
