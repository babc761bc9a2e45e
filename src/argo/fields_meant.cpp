#include "argo/fields_meant.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/config.h"

namespace backout::argo {
namespace {

using yaml::Entry;
using yaml::Node;

const Node absent_map;  // a map that is not there

// No map that a person wrote has more keys than fields; searching others takes time.
bool is_of_a_person(const Node& map) {
  return map.kind == yaml::Kind::map && map.entries.size() <= 200;
}

void add_names(std::span<const Field> fields, std::vector<std::string_view>& names) {
  for (const Field& field : fields) {
    if (field.name.empty())
      add_names(field.type.fields(), names);
    else if (field.exists())
      names.push_back(field.name);
  }
}

std::string below(std::string_view path, std::string_view name) {
  return fmt::format("{}{}{}", path, path.empty() ? "" : ".", name);
}

bool is_same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

// In maps that are there.
Meant find_below(const Place& place, std::string_view word) {
  for (const Entry& entry : place.node->entries) {
    const Field* const inner = find_field(place.fields, entry.key.text);
    if (inner == nullptr || inner->type.holds != FieldType::one ||
        inner->type.of != FieldType::object || !is_of_a_person(entry.value))
      continue;
    const Place below{&place, &entry.value, inner->type.fields()};
    const Field* const field = find_field(below.fields, word);
    if (field != nullptr && field->exists()) return {field, below.node, {}};
    if (Meant found = find_below(below, word); found.field != nullptr) return found;
  }
  return {};
}

// Up to `spec`, where it is not yet given.
Meant find_around(const Place& place, std::string_view word) {
  for (const Place* at = place.parent; at != nullptr && at->parent != nullptr; at = at->parent) {
    const Field* const field = find_field(at->fields, word);
    if (field != nullptr && field->exists() && is_of_a_person(*at->node) &&
        at->node->find(word) == nullptr)
      return {field, at->node, {}};
  }
  return {};
}

// In the one map that has such a field and could be written here.
Meant find_in_absent(const Place& place, std::string_view word) {
  Meant found;
  std::vector<std::string_view> names;
  add_names(place.fields, names);
  for (const std::string_view name : names) {
    const Field& outer = *find_field(place.fields, name);
    if (outer.type.holds != FieldType::one) continue;
    const Field* const field = find_field(outer.type.fields(), word);
    if (field == nullptr || !field->exists()) continue;
    if (found.field != nullptr) return {};
    found = {field, &absent_map, below(name, word)};
  }
  return found;
}

}  // namespace

Meant find_meant(const Node& root, const Place& place, std::string_view word) {
  if (!is_of_a_person(*place.node)) return {};
  std::vector<std::string_view> names;
  add_names(place.fields, names);
  for (const std::string_view name : names)
    if (is_same_word(name, word))
      return {find_field(place.fields, name), place.node, std::string(name)};
  Meant found = find_below(place, word);
  if (found.field == nullptr) found = find_around(place, word);
  if (found.field != nullptr) {
    found.written = below(yaml::path(root, *found.map), word);
    return found;
  }
  if (found = find_in_absent(place, word); found.field != nullptr) {
    found.written = below(yaml::path(root, *place.node), found.written);
    return found;
  }
  const std::string_view near = nearest(word, names);
  return {find_field(place.fields, near), place.node, std::string(near)};
}

std::string effect_of_missing(const Field& field, std::string_view name, const Node& map) {
  const FieldFacts& facts = field.facts;
  if (facts.missing.empty() || map.find(name) != nullptr) return std::string(dropped_key);
  if (facts.alone.empty() || map.find(facts.partner) != nullptr) return std::string(facts.missing);
  return fmt::format("{}: {}", facts.missing, facts.alone);
}

}  // namespace backout::argo
