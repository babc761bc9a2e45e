// Durations as Go writes them, in fields of manifests and in conditions: "300ms", "90s", "1h30m",
// "-1.5s"; units ns us µs ms s m h, no days, and a bare number only when it is 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace backout {

// Nanoseconds. None: not a duration, or longer than 64 bits hold (about 292 years).
[[nodiscard]] std::optional<std::int64_t> parse_go_duration(std::string_view text);

}  // namespace backout
