// Walks an object beside its table.
#include "argo/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "argo/duration.h"
#include "argo/fields_meant.h"
#include "argo/fields_tables.h"
#include "yaml/value.h"

namespace backout::argo {
namespace {

using Kind = FieldProblem::Kind;
using yaml::Entry;
using yaml::Node;

constexpr std::size_t most_problems = 1000;
constexpr std::string_view refused = "the API server refuses the object";

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

// The value in the notation that has the wanted type: `5` as "5", or "5" as 5. Empty: no idea.
std::string quoted_or_bare(const Node& node, FieldType wanted) {
  const yaml::Type type = yaml::type_of(node);
  if (wanted.holds != FieldType::one || node.kind != yaml::Kind::scalar) return {};
  if (wanted.of == FieldType::string || wanted.of == FieldType::condition ||
      wanted.of == FieldType::argument)
    return fmt::format("\"{}\"", node.text);
  Node bare = node;
  bare.style = yaml::Style::plain;
  bare.tag = {};
  const bool right = wanted.of == FieldType::boolean   ? yaml::as_bool(bare).has_value()
                     : wanted.of == FieldType::integer ? yaml::as_int(bare).has_value()
                                                       : false;
  return right && type == yaml::Type::string ? std::string(node.text) : std::string();
}

// ---- the walk

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
           std::string instead = {}, FieldType wanted = {}) {
    if (problems.size() < most_problems)
      problems.push_back({kind, field, &node, wanted, std::move(instead), std::string(effect)});
  }

  void add_wrong_type(const Field& field, const Node& node, FieldType wanted) {
    add(Kind::wrong_type, &field, node, refused, quoted_or_bare(node, wanted), wanted);
  }

  void unknown(const Place& place, const Node& key) {
    if (problems.size() >= most_problems) return;  // comparing words takes time
    const Meant meant = find_meant(root_, place, key.text);
    add(Kind::unknown, meant.field, key,
        meant.field == nullptr ? std::string(dropped_key)
                               : effect_of_missing(*meant.field, meant.field->name, *meant.map),
        meant.written);
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
      return add_wrong_type(field, node, field.type);
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
    if (!right) add_wrong_type(field, node, {field.type.of});
  }

  void time(const Node& node, const Field& field, yaml::Type type) {
    const bool is_pause = field.type.of == FieldType::pause;
    if (type == yaml::Type::integer) {
      if (!is_pause) add(Kind::bad_duration, &field, node, refused, as_duration(node.text));
    } else if (type != yaml::Type::string) {
      add_wrong_type(field, node, {field.type.of});
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

}  // namespace backout::argo
