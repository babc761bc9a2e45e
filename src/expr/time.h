// Points in time and durations as Go's package time has them, as far as conditions reach: parsing
// with a layout, fields, differences, printing. Zones are offsets; the only names known are UTC and
// what a text itself names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace backout::expr {

struct Time {
  std::int64_t seconds = -62135596800;  // since 1970, UTC; the default is Go's zero time
  std::int32_t nanoseconds = 0;         // 0 to 999,999,999
  std::int32_t offset = 0;              // seconds east of UTC
  std::string zone = "UTC";             // abbreviation; empty: printed as the offset
};
[[nodiscard]] bool same_moment(const Time& a, const Time& b);
[[nodiscard]] bool before(const Time& a, const Time& b);
// Nanoseconds from `b` to `a`, clamped to what a duration holds.
[[nodiscard]] std::int64_t between(const Time& a, const Time& b);
[[nodiscard]] Time shifted(const Time& time, std::int64_t nanoseconds);
[[nodiscard]] Time now();

// Calendar and clock of a time in its own zone.
struct Fields {
  std::int64_t year = 0;
  int month = 1, day = 1, hour = 0, minute = 0, second = 0;
  int weekday = 0;   // 0 is Sunday
  int year_day = 1;  // 1 is the first of January
};
[[nodiscard]] Fields fields(const Time& time);
// Days, hours … beyond their range carry over, as in time.Date.
[[nodiscard]] Time from_fields(const Fields& fields, std::int32_t nanoseconds, const Time& zone);

// Reads `text` by a Go layout ("2006-01-02 15:04:05"). Nothing: it does not fit, or names a day
// that does not exist.
[[nodiscard]] std::optional<Time> read_time(std::string_view layout, std::string_view text);
// By the layouts that date() tries on its own.
[[nodiscard]] std::optional<Time> read_time(std::string_view text);
[[nodiscard]] std::string format_time(const Time& time, std::string_view layout);

// "1h30m0s", as time.Duration prints.
[[nodiscard]] std::string duration_text(std::int64_t nanoseconds);

[[nodiscard]] std::string_view month_name(std::int64_t month);      // empty: none
[[nodiscard]] std::string_view weekday_name(std::int64_t weekday);  // empty: none

}  // namespace backout::expr
