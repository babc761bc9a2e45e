// Go's layouts: a reference time (Mon Jan 2 15:04:05 MST 2006) whose parts stand for fields.
#pragma once

#include <cstdint>
#include <string_view>

namespace backout::expr {

enum class Part : std::uint8_t {
  none,  // the end of the layout
  long_month,
  month,
  number_month,
  zero_month,
  long_weekday,
  weekday,
  day,
  blank_day,
  zero_day,
  blank_year_day,
  zero_year_day,
  hour,  // 24 hours
  hour12,
  zero_hour12,
  minute,
  zero_minute,
  second,
  zero_second,
  long_year,
  year,
  upper_pm,
  lower_pm,
  zone_name,
  zone,  // ±hhmm, ±hh:mm, ±hh, with seconds; `z`: or a `Z`
  fraction,
};

struct LayoutPart {
  std::string_view before;  // literal text in front of it
  Part part = Part::none;
  std::uint32_t digits = 0;  // fraction: how many
  bool optional = false;     // fraction: 9s, zeros at the end are left out
  bool z = false;            // zone: UTC is `Z`
  bool colon = false;        // zone: hh:mm
  std::uint32_t pairs = 2;   // zone: pairs of digits, 1 to 3
};
// Takes the next part, and the text in front of it, off the layout.
[[nodiscard]] LayoutPart next_part(std::string_view& layout);

// Days since 1970 of a date of the Gregorian calendar.
[[nodiscard]] std::int64_t days_from_civil(std::int64_t year, int month, int day);

}  // namespace backout::expr
