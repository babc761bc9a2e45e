#include "argo/duration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/go_duration.h"

namespace backout::argo {

std::optional<Seconds> parse_duration(std::string_view text) {
  const auto nanoseconds = parse_go_duration(text);
  if (!nanoseconds) return std::nullopt;
  return static_cast<Seconds>(*nanoseconds) / 1e9;
}

std::string show_duration(Seconds seconds) {
  if (seconds < 0) return "-" + show_duration(-seconds);
  if (seconds > 0 && seconds < 1) return fmt::format("{:.0f}ms", seconds * 1000);
  const auto whole = static_cast<std::int64_t>(std::floor(std::min(seconds, 1e15) + 1e-6));
  const std::int64_t minutes = whole / 60, hours = minutes / 60, days = hours / 24;
  const auto two = [](std::int64_t large, char large_unit, std::int64_t small, char small_unit) {
    return small == 0 ? fmt::format("{}{}", large, large_unit)
                      : fmt::format("{}{} {}{}", large, large_unit, small, small_unit);
  };
  if (days != 0) return two(days, 'd', hours % 24, 'h');
  if (hours != 0) return two(hours, 'h', minutes % 60, 'm');
  if (minutes != 0) return two(minutes, 'm', whole % 60, 's');
  return fmt::format("{}s", whole);
}

}  // namespace backout::argo
