// What a rule says about one place, and how severe it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/source.h"

namespace backout {

enum class Severity : std::uint8_t { off, note, warning, error };  // only `error` blocks

// The thing a finding is about: kind in the field's words ("table", "column", "function") and the
// name old code knows it by, qualified ("public.orders.total"); of a manifest kind and
// "namespace/name".
struct ObjectRef {
  std::string kind;
  std::string name;
  std::string field{};  // of a manifest: "spec.strategy.canary.steps[2].setWeight"
};

struct Note {
  std::optional<Location> location;
  std::string text;
};

struct Finding {
  std::string_view rule;  // id, lives as long as the program
  Severity severity = Severity::error;
  ObjectRef object;
  Location location;
  std::string message;  // this instance, lower-case, no full stop, names in backquotes
  std::vector<Note> notes;
  Span statement;             // of the whole statement; empty when there is none
  std::string fingerprint{};  // set by the engine: stable against moves, white space and case
  bool certain = true;        // false: one level lower, as nobody knows what was there before
};

}  // namespace backout
