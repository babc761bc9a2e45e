// Durations as Go writes them: "300ms", "90s", "1h30m"; units ns us µs ms s m h, no days, and a
// bare number only when it is 0. Source: time.ParseDuration.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace backout::argo {

using Seconds = double;

// None: not a duration, or beyond what Go's 64-bit nanoseconds hold (about 292 years).
[[nodiscard]] std::optional<Seconds> parse_duration(std::string_view text);

// "0s", "45s", "12m 30s", "2h 5m", "3d 4h": the two largest units, rounded down.
[[nodiscard]] std::string show_duration(Seconds seconds);

}  // namespace backout::argo
