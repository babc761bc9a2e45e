// Durations in seconds: read as Go writes them, shown as people say them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace backout::argo {

using Seconds = double;

// "300ms", "1h30m" (core/go_duration.h). None: not a duration.
[[nodiscard]] std::optional<Seconds> parse_duration(std::string_view text);

// "0s", "45s", "12m 30s", "2h 5m", "3d 4h": the two largest units, rounded down.
[[nodiscard]] std::string show_duration(Seconds seconds);

}  // namespace backout::argo
