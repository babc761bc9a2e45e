// Walks an object beside its table, and finds out what somebody meant who wrote another word.
#include "argo/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "argo/duration.h"
#include "argo/fields_tables.h"
#include "core/config.h"
#include "yaml/value.h"

namespace backout::argo {
namespace {

using Kind = FieldProblem::Kind;
using yaml::Entry;
using yaml::Node;

constexpr std::size_t most_problems = 1000;
constexpr std::string_view dropped = "the API server drops it";
constexpr std::string_view refused = "the API server refuses the object";

// A map that is being walked, and those around it.
struct Place {
  const Place* parent = nullptr;
  const Node* node = nullptr;
  std::span<const Field> fields{};
};

// Not null, and nothing that is filled in later.
bool is_judged(const Node& node) {
  constexpr std::string_view marks[] = {"{{", "${", "$(", "[["};
  return node.kind != yaml::Kind::null &&
         (node.kind != yaml::Kind::scalar ||
          std::none_of(std::begin(marks), std::end(marks), [&](std::string_view mark) {
            return node.text.find(mark) != std::string_view::npos;
          }));
}

// ---- texts that hold a number or a duration

// As Go's strconv.Atoi.
bool is_number(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return false;
  }
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end;
}

// "60" → "60s", "1d" → "24h", "5 min" → "5m"; empty when it is something else.
std::string as_duration(std::string_view text) {
  std::uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || value > 1'000'000) return {};
  std::string_view unit(stop, static_cast<std::size_t>(end - stop));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  constexpr struct {
    std::string_view word;
    std::uint32_t factor;
    char unit;
  } units[] = {{"seconds", 1, 's'}, {"secs", 1, 's'},  {"minutes", 1, 'm'}, {"mins", 1, 'm'},
               {"hours", 1, 'h'},   {"days", 24, 'h'}, {"weeks", 168, 'h'}};
  for (const auto& [word, factor, letter] : units)
    if (word.starts_with(unit)) return fmt::format("{}{}", value * factor, letter);
  return {};
}

// ---- names

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

bool is_same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

// What comes of it when `map` lacks the field, whose name today is `name`.
std::string effect_of_missing(const Field& field, std::string_view name, const Node& map) {
  const FieldFacts& facts = field.facts;
  if (facts.missing.empty() || map.find(name) != nullptr) return std::string(dropped);
  if (facts.alone.empty() || map.find(facts.partner) != nullptr) return std::string(facts.missing);
  return fmt::format("{}: {}", facts.missing, facts.alone);
}

// ---- the walk

const Node absent_map;  // a map that is not there

struct Meant {
  const Field* field = nullptr;
  const Node* map = nullptr;  // that it belongs to
  std::string written{};      // its name, or its path when that is another map
};

class Walk {
 public:
  Walk(const Node& root, Release rollouts) : root_(root), rollouts_(rollouts) {}

  void map(const Place& place) {
    for (const Entry& entry : place.node->entries) {
      const Field* const field = find_field(place.fields, entry.key.text);
      if (field == nullptr) {
        // Go programs write `creationTimestamp: null` into whatever has labels.
        if (entry.key.text != "creationTimestamp" || entry.value.kind != yaml::Kind::null)
          unknown(place, entry.key);
      } else if (!field->exists()) {
        const bool renamed = !field->facts.renamed.empty();
        add(renamed ? Kind::renamed : Kind::unknown, field, entry.key,
            effect_of_missing(*field, field->facts.renamed, *place.node),
            std::string(renamed ? field->facts.renamed : field->facts.moved));
      } else {
        known(place, entry, *field);
      }
    }
  }

  std::vector<FieldProblem> problems;

 private:
  void add(Kind kind, const Field* field, const Node& node, std::string_view effect,
           std::string instead = {}) {
    if (problems.size() < most_problems)
      problems.push_back({kind, field, &node, std::move(instead), std::string(effect)});
  }

  void unknown(const Place& place, const Node& key) {
    if (problems.size() >= most_problems) return;  // comparing words takes time
    const Meant meant = find_meant(place, key.text);
    add(Kind::unknown, meant.field, key,
        meant.field == nullptr ? std::string(dropped)
                               : effect_of_missing(*meant.field, meant.field->name, *meant.map),
        meant.written);
  }

  // The same word in other letters, then the same word inside or around, then a similar word.
  [[nodiscard]] Meant find_meant(const Place& place, std::string_view word) const {
    if (!is_of_a_person(*place.node)) return {};
    std::vector<std::string_view> names;
    add_names(place.fields, names);
    for (const std::string_view name : names)
      if (is_same_word(name, word))
        return {find_field(place.fields, name), place.node, std::string(name)};
    Meant found = find_below(place, word);
    if (found.field == nullptr) found = find_around(place, word);
    if (found.field != nullptr) {
      found.written = fmt::format("{}.{}", yaml::path(root_, *found.map), word);
      return found;
    }
    if (found = find_in_absent(place, word); found.field != nullptr) {
      found.written = fmt::format("{}.{}", yaml::path(root_, *place.node), found.written);
      return found;
    }
    const std::string_view near = nearest(word, names);
    return {find_field(place.fields, near), place.node, std::string(near)};
  }

  // In maps that are there.
  [[nodiscard]] static Meant find_below(const Place& place, std::string_view word) {
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
  [[nodiscard]] static Meant find_around(const Place& place, std::string_view word) {
    for (const Place* at = place.parent; at != nullptr && at->parent != nullptr; at = at->parent) {
      const Field* const field = find_field(at->fields, word);
      if (field != nullptr && field->exists() && is_of_a_person(*at->node) &&
          at->node->find(word) == nullptr)
        return {field, at->node, {}};
    }
    return {};
  }

  // In the one map that has such a field and could be written here.
  [[nodiscard]] static Meant find_in_absent(const Place& place, std::string_view word) {
    Meant found;
    std::vector<std::string_view> names;
    add_names(place.fields, names);
    for (const std::string_view name : names) {
      const Field& outer = *find_field(place.fields, name);
      if (outer.type.holds != FieldType::one) continue;
      const Field* const field = find_field(outer.type.fields(), word);
      if (field == nullptr || !field->exists()) continue;
      if (found.field != nullptr) return {};
      found = {field, &absent_map, fmt::format("{}.{}", name, word)};
    }
    return found;
  }

  void known(const Place& place, const Entry& entry, const Field& field) {
    if (!field.facts.retired.empty()) add(Kind::retired, &field, entry.key, field.facts.retired);
    const bool too_new = field.facts.since > rollouts_ && !inside_too_new_;
    if (too_new) add(Kind::too_new, &field, entry.key, effect_of_missing(field, {}, *place.node));
    inside_too_new_ = inside_too_new_ || too_new;
    value(place, entry.value, field);
    if (too_new) inside_too_new_ = false;
  }

  void value(const Place& place, const Node& node, const Field& field) {
    if (field.type.holds == FieldType::one || !is_judged(node)) return one(place, node, field);
    const bool is_list = field.type.holds == FieldType::list;
    if (node.kind != (is_list ? yaml::Kind::sequence : yaml::Kind::map))
      return add(Kind::wrong_type, &field, node, refused);
    for (const Node& item : node.items) one(place, item, field);
    for (const Entry& entry : node.entries) one(place, entry.value, field);
  }

  // A value of the field's type without list and map.
  void one(const Place& place, const Node& node, const Field& field) {
    if (field.type.of == FieldType::anything || !is_judged(node)) return;
    const yaml::Type type = yaml::type_of(node);
    const bool is_text = type == yaml::Type::string;
    bool right = false;
    switch (field.type.of) {
      case FieldType::anything:
        return;
      case FieldType::object:
        if (type == yaml::Type::object) return map({&place, &node, field.type.fields()});
        break;
      case FieldType::string:
      case FieldType::condition:
      case FieldType::argument:
        right = is_text;
        break;
      case FieldType::boolean:
        right = type == yaml::Type::boolean;
        break;
      case FieldType::integer:
        right = type == yaml::Type::integer;
        break;
      case FieldType::limit:
        if (is_text && !is_number(node.text))
          return add(Kind::bad_limit, &field, node, field.facts.unreadable);
        [[fallthrough]];
      case FieldType::int_or_string:
        right = is_text || type == yaml::Type::integer;
        break;
      case FieldType::duration:
      case FieldType::pause:
      case FieldType::backoff:
        return time(node, field, type);
    }
    if (!right) add(Kind::wrong_type, &field, node, refused);
  }

  void time(const Node& node, const Field& field, yaml::Type type) {
    const bool is_pause = field.type.of == FieldType::pause;
    if (type == yaml::Type::integer) {
      if (!is_pause) add(Kind::bad_duration, &field, node, refused, as_duration(node.text));
    } else if (type != yaml::Type::string) {
      add(Kind::wrong_type, &field, node, refused);
    } else if (!(node.text.empty() && !is_pause) &&
               !(field.type.of != FieldType::duration && is_number(node.text)) &&
               !parse_duration(node.text)) {
      add(Kind::bad_duration, &field, node, field.facts.unreadable, as_duration(node.text));
    }
  }

  const Node& root_;
  Release rollouts_;
  bool inside_too_new_ = false;  // of what was reported
};

}  // namespace

std::span<const Field> fields_of(std::string_view kind) {
  constexpr struct {
    std::string_view kind;
    std::span<const Field> (*fields)();
  } kinds[] = {
      {"Rollout", fields::of_rollout},
      {"Experiment", fields::of_experiment},
      {"AnalysisTemplate", fields::of_analysis_template},
      {"ClusterAnalysisTemplate", fields::of_analysis_template},
      {"AnalysisRun", fields::of_analysis_run},
      {"Application", fields::of_application},
      {"ApplicationSet", fields::of_application_set},
      {"AppProject", fields::of_app_project},
  };
  for (const auto& [name, fields] : kinds)
    if (name == kind) return fields();
  return {};
}

const Field* find_field(std::span<const Field> fields, std::string_view name) {
  for (const Field& field : fields) {
    if (field.name.empty()) {
      if (const Field* found = find_field(field.type.fields(), name)) return found;
    } else if (field.name == name) {
      return &field;
    }
  }
  return nullptr;
}

std::vector<FieldProblem> check_fields(std::span<const Field> fields, const Node& object,
                                       Release rollouts) {
  Walk walk(object, rollouts);
  walk.map({nullptr, &object, fields});
  return std::move(walk.problems);
}

std::string words(const FieldType& type) {
  constexpr std::pair<std::string_view, std::string_view> all[] = {
      {"an object", "objects"},
      {"anything", "values"},
      {"a string", "strings"},
      {"a string", "strings"},
      {"a string", "strings"},
      {"a duration", "durations"},
      {"a number of seconds or a duration", "durations"},
      {"a duration", "durations"},
      {"a boolean", "booleans"},
      {"an integer", "integers"},
      {"an integer or a string", "integers or strings"},
      {"an integer", "integers"},
  };
  const auto& [one, many] = all[type.of];
  if (type.holds == FieldType::one) return std::string(one);
  return fmt::format("{} of {}", type.holds == FieldType::list ? "a list" : "a map", many);
}

}  // namespace backout::argo
