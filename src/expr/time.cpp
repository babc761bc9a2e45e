#include "expr/time.h"

#include <fmt/format.h>

#include <chrono>
#include <limits>

#include "expr/time_layout.h"

namespace backout::expr {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t day_seconds = 86400;

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a % b < 0) != (b < 0) ? 1 : 0);
}

}  // namespace

bool same_moment(const Time& a, const Time& b) {
  return a.seconds == b.seconds && a.nanoseconds == b.nanoseconds;
}

bool before(const Time& a, const Time& b) {
  return a.seconds != b.seconds ? a.seconds < b.seconds : a.nanoseconds < b.nanoseconds;
}

std::int64_t between(const Time& a, const Time& b) {
  const __int128 difference =
      static_cast<__int128>(a.seconds - b.seconds) * second + (a.nanoseconds - b.nanoseconds);
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  if (difference > most) return most;
  return difference < least ? least : static_cast<std::int64_t>(difference);
}

Time shifted(const Time& time, std::int64_t nanoseconds) {
  Time result = time;
  const std::int64_t total = time.nanoseconds + nanoseconds % second;
  result.seconds += nanoseconds / second + floor_divide(total, second);
  result.nanoseconds = static_cast<std::int32_t>(total - floor_divide(total, second) * second);
  return result;
}

Time now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return shifted({.seconds = 0},
                 std::chrono::duration_cast<std::chrono::nanoseconds>(since).count());
}

Fields fields(const Time& time) {
  const std::int64_t local = time.seconds + time.offset;
  const std::int64_t days = floor_divide(local, day_seconds);
  const auto clock = static_cast<int>(local - days * day_seconds);
  // The civil calendar in eras of 400 years that begin on the first of March.
  const std::int64_t shifted_days = days + 719468;
  const std::int64_t era = floor_divide(shifted_days, 146097);
  const auto of_era = static_cast<int>(shifted_days - era * 146097);
  const int year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const int of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int march_month = (5 * of_year + 2) / 153;
  Fields result;
  result.day = of_year - (153 * march_month + 2) / 5 + 1;
  result.month = march_month < 10 ? march_month + 3 : march_month - 9;
  result.year = year_of_era + era * 400 + (result.month <= 2 ? 1 : 0);
  result.hour = clock / 3600;
  result.minute = clock / 60 % 60;
  result.second = clock % 60;
  result.weekday = static_cast<int>((days % 7 + 11) % 7);  // 1970 began on a Thursday
  const std::int64_t first = days_from_civil(result.year, 1, 1);
  result.year_day = static_cast<int>(days - first) + 1;
  return result;
}

Time from_fields(const Fields& fields, std::int32_t nanoseconds, const Time& zone) {
  const std::int64_t months = fields.year * 12 + fields.month - 1;
  const std::int64_t year = floor_divide(months, 12);
  const std::int64_t days =
      days_from_civil(year, static_cast<int>(months - year * 12) + 1, 1) + fields.day - 1;
  Time result = zone;
  result.seconds = days * day_seconds + std::int64_t{fields.hour} * 3600 +
                   std::int64_t{fields.minute} * 60 + fields.second - zone.offset;
  result.nanoseconds = nanoseconds;
  return result;
}

std::string duration_text(std::int64_t nanoseconds) {
  if (nanoseconds == 0) return "0s";
  const bool negative = nanoseconds < 0;
  const std::uint64_t size = negative ? 0 - static_cast<std::uint64_t>(nanoseconds)
                                      : static_cast<std::uint64_t>(nanoseconds);
  // `whole` units and a fraction of `digits` digits, without zeros at its end.
  const auto with_fraction = [](std::uint64_t whole, std::uint64_t part, int digits) {
    std::string fraction = digits == 0 ? std::string() : fmt::format(".{:0{}}", part, digits);
    while (!fraction.empty() && (fraction.back() == '0' || fraction.back() == '.'))
      fraction.pop_back();
    return fmt::to_string(whole) + fraction;
  };
  std::string text;
  if (size < 1000) {
    text = fmt::format("{}ns", size);
  } else if (size < 1'000'000) {
    text = with_fraction(size / 1000, size % 1000, 3) + "µs";
  } else if (size < static_cast<std::uint64_t>(second)) {
    text = with_fraction(size / 1'000'000, size % 1'000'000, 6) + "ms";
  } else {
    const std::uint64_t seconds = size / static_cast<std::uint64_t>(second);
    if (seconds >= 3600) text += fmt::format("{}h", seconds / 3600);
    if (seconds >= 60) text += fmt::format("{}m", seconds / 60 % 60);
    text += with_fraction(seconds % 60, size % static_cast<std::uint64_t>(second), 9) + "s";
  }
  return negative ? "-" + text : text;
}

std::string_view month_name(std::int64_t month) {
  constexpr std::string_view names[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
  return month >= 1 && month <= 12 ? names[month - 1] : std::string_view();
}

std::string_view weekday_name(std::int64_t weekday) {
  constexpr std::string_view names[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                        "Thursday", "Friday", "Saturday"};
  return weekday >= 0 && weekday <= 6 ? names[weekday] : std::string_view();
}

}  // namespace backout::expr
