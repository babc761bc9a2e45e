// What a node is to Kubernetes: YAML becomes JSON by the rules of go-yaml 2 (sigs.k8s.io/yaml:
// `yes`, `on` and `off` are booleans, 0777 is octal, 1_000 a number), and the API server holds the
// JSON's type against the schema: a condition written `true` is refused, as it is no string.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "yaml/node.h"

namespace backout::yaml {

enum class Type : std::uint8_t { null, boolean, integer, number, string, list, object };

[[nodiscard]] Type type_of(const Node& node);
[[nodiscard]] std::string_view words(Type type);  // "a boolean", for messages

// What the API server takes for a field of that type; nothing when it refuses the value.
[[nodiscard]] std::optional<bool> as_bool(const Node& node);
[[nodiscard]] std::optional<std::int64_t> as_int(const Node& node);  // also 1e3 and 5.0
[[nodiscard]] std::optional<double> as_number(const Node& node);
[[nodiscard]] std::optional<std::string_view> as_string(const Node& node);

}  // namespace backout::yaml
