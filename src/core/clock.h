// The one clock of the program. Whoever needs "today" or the time now takes it from here, so that a
// test, a replayed incident or a report made again can set it: BACKOUT_NOW, a time or a date.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace backout {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;  // UTC
using Day = std::chrono::sys_days;

// The system's time, or what the environment variable BACKOUT_NOW says: a time as `parse_instant`
// takes it or a date, whose first moment in UTC it is. usage: it is neither.
[[nodiscard]] Result<Instant> now();

// RFC 3339 with an offset ("2026-03-01T10:15:00Z", "2026-03-01 12:15:00.5+02:00"), or with the word
// UTC behind it ("2026-03-01 10:15 UTC"). Seconds may be left out; digits beyond microseconds are
// cut. Years 1970 to 9999. Nothing when it is no such time, also when the offset is missing: a time
// without one means something else to every reader.
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text);
inline constexpr std::string_view instant_examples =
    "`2026-03-01T10:15:00Z`, `2026-03-01T12:15:00+02:00` or `2026-03-01 10:15:00 UTC`";
[[nodiscard]] std::optional<Day> parse_date(std::string_view text);  // "2026-03-01", exactly

[[nodiscard]] inline Day day_of(Instant instant) {
  return std::chrono::floor<std::chrono::days>(instant);
}
[[nodiscard]] std::string to_text(Day day);          // "2026-03-01"
[[nodiscard]] std::string to_text(Instant instant);  // "2026-03-01T10:15:00Z", with what fraction
                                                     // of a second it has

}  // namespace backout
