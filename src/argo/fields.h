// Which fields the objects of Argo Rollouts and Argo CD have, and what is wrong with those of a
// document. The API server drops a field that it does not know (also one in other letter case) and
// keeps silent, or refuses the whole object over a value of the wrong type; nobody else says so
// before a release. The tables are constant data: fields_rollout.cpp, fields_analysis.cpp,
// fields_argocd.cpp; every finding is derived from them.
// Sources: the types of argo-rollouts v1.9.1 and of its v1.10 line, of argo-cd v3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "argo/release.h"
#include "yaml/node.h"

namespace backout::argo {

struct Field;

struct FieldType {
  enum Of : std::uint8_t {
    object,         // with `fields`
    anything,       // not looked into: pod templates, plugins' settings
    string,         //
    condition,      // a string, an expression
    argument,       // a string, an argument's value
    duration,       // a string that Go's time.ParseDuration reads; empty is as if absent
    pause,          // an integer (seconds), or a string with such a number or a duration
    backoff,        // a string with a number (seconds) or a duration
    boolean,        //
    integer,        //
    int_or_string,  // a count or a percentage
    limit,          // an integer, or a string with one
  };
  enum Holds : std::uint8_t { one, list, map };

  Of of = anything;
  Holds holds = one;
  const Field* first = nullptr;
  std::size_t count = 0;
  [[nodiscard]] std::span<const Field> fields() const;
};

// What messages say about a field. Fragments of a sentence, lower-case, no full stop.
struct FieldFacts {
  std::string_view missing{};     // the effect of its absence
  std::string_view alone{};       // what absence means on top of that, unless `partner` is given
  std::string_view partner{};     // another field of the same object
  std::string_view unreadable{};  // the effect of a limit or a duration that cannot be read
  Release since{};                // older than 1.2: zero
  std::string_view renamed{};     // dropped today; the new name
  std::string_view moved{};       // dropped today; where it stands now, in another shape
  std::string_view retired{};     // of an integration: why nobody should start with it
};

struct Field {
  std::string_view name;  // empty: all fields of `type` belong here too
  FieldType type{};
  FieldFacts facts{};
  // Known to the API server today.
  [[nodiscard]] bool exists() const { return facts.renamed.empty() && facts.moved.empty(); }
};

inline std::span<const Field> FieldType::fields() const { return {first, count}; }

// The fields of an object of that kind, at its top; empty for kinds that are not ours.
[[nodiscard]] std::span<const Field> fields_of(std::string_view kind);
// The field of that name; null when there is none.
[[nodiscard]] const Field* find_field(std::span<const Field> fields, std::string_view name);

struct FieldProblem {
  enum class Kind : std::uint8_t {
    unknown,       // the API server drops the key
    renamed,       // so it does with this one, which once was a field
    too_new,       // the release in use does not have it
    retired,       // an integration that is no longer developed
    wrong_type,    // the API server refuses the object
    bad_duration,  // refused, or not readable by the controller
    bad_limit,     // text that the controller reads as 0
  };
  Kind kind = Kind::unknown;
  const Field* field = nullptr;  // of a value or a key; of an unknown key the one that was meant,
                                 // null when nobody knows
  const yaml::Node* node = nullptr;  // the key, or the value that is wrong; its path: yaml::path
  FieldType wanted{};                // of that value
  std::string instead;               // what to write: "successCondition", "60s"; may be empty
  std::string effect;                // what happens now, a fragment of a sentence
};

// The problems of an object with these fields, in the order of the document; no more than 1,000.
// What a placeholder (`{{args.x}}`, `${X}`) fills in is not judged, and neither is null. `rollouts`
// is the release in use.
[[nodiscard]] std::vector<FieldProblem> check_fields(std::span<const Field> fields,
                                                     const yaml::Node& object, Release rollouts);

// A problem as a message: lower-case, no full stop, names in backquotes.
[[nodiscard]] std::string message_of(const FieldProblem& problem);

}  // namespace backout::argo
