// Which field somebody meant who wrote another word, and what comes of its absence.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "argo/fields.h"

namespace backout::argo {

inline constexpr std::string_view dropped_key = "the API server drops it";

// A map that is being walked, and those around it.
struct Place {
  const Place* parent = nullptr;
  const yaml::Node* node = nullptr;
  std::span<const Field> fields{};
};

struct Meant {
  const Field* field = nullptr;
  const yaml::Node* map = nullptr;  // that it belongs to
  std::string written{};            // its name, or its path when that is another map
};

// The same word in other letters, then the same word inside or around, then a similar word.
[[nodiscard]] Meant find_meant(const yaml::Node& root, const Place& place, std::string_view word);

// What comes of it when `map` lacks the field, whose name today is `name`.
[[nodiscard]] std::string effect_of_missing(const Field& field, std::string_view name,
                                            const yaml::Node& map);

}  // namespace backout::argo
