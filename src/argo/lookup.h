// One look-up into an object of a manifest: a field's value, or where to point when it is absent or
// larger than a line. Keys lead from `root` downwards.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "argo/subject.h"
#include "yaml/node.h"

namespace backout::argo {

using Keys = std::initializer_list<std::string_view>;

// Nothing when the field is absent or no such value (the API server refuses it, or it is a
// placeholder).
[[nodiscard]] std::optional<std::int64_t> int_at(const yaml::Node& root, Keys keys);
[[nodiscard]] bool is_true(const yaml::Node& root, Keys keys);
[[nodiscard]] std::string_view text_at(const yaml::Node& root, Keys keys);  // empty: none

// What of the way to a field is there: the value of a scalar, the key of a map or a list, else the
// key of the nearest parent.
[[nodiscard]] const yaml::Node& place_of(const yaml::Node& root, Keys keys);

// The strategy of a Rollout; null for another strategy and for Experiments.
[[nodiscard]] const yaml::Node* canary_of(const RolloutSubject& subject);
[[nodiscard]] const yaml::Node* blue_green_of(const RolloutSubject& subject);

// Whether a Rollout says what it runs. What does not is a part of one, in a document or for
// somebody to merge: what it lacks may stand elsewhere.
[[nodiscard]] bool is_whole(const RolloutSubject& subject);

}  // namespace backout::argo
