#include "argocd/window.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <charconv>
#include <chrono>
#include <string_view>

#include "core/go_duration.h"

namespace backout::argocd {
namespace {

using std::chrono::days;
using std::chrono::minutes;

constexpr int days_ahead = 60;
constexpr minutes longest{31 * 24 * 60};  // looked back for a window's begin
constexpr int most_windows = 1000;        // that follow each other without a break

struct Field {
  std::bitset<64> set;
  bool any = false;  // `*`: no condition
};
struct Cron {
  Field minute, hour, day, month, weekday;
};

constexpr std::array<std::string_view, 12> months = {"jan", "feb", "mar", "apr", "may", "jun",
                                                     "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> weekdays = {"sun", "mon", "tue", "wed",
                                                      "thu", "fri", "sat"};

std::optional<int> value_of(std::string_view word, int lowest, int highest) {
  int out = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), out);
  if (error == std::errc{} && end == word.data() + word.size())
    return out >= lowest && out <= highest ? std::optional(out) : std::nullopt;
  const auto among = [&](const auto& names, int first) -> std::optional<int> {
    for (std::size_t i = 0; i < names.size(); ++i)
      if (word.size() == 3 && std::equal(word.begin(), word.end(), names[i].begin(),
                                         [](char a, char b) { return (a | 0x20) == b; }))
        return static_cast<int>(i) + first;
    return std::nullopt;
  };
  if (highest == 12) return among(months, 1);
  if (highest == 6) return among(weekdays, 0);
  return std::nullopt;
}

// "*/15", "1-5", "MON-FRI", "3/2", "7"
bool add_part(std::string_view part, int lowest, int highest, Field& out) {
  int step = 1;
  const std::size_t slash = part.find('/');
  if (slash != std::string_view::npos) {
    const auto given = value_of(part.substr(slash + 1), 1, 59);
    if (!given) return false;
    step = *given;
    part = part.substr(0, slash);
  }
  int first = lowest, last = highest;
  if (part == "*" || part == "?") {
    out.any = out.any || step == 1;
  } else {
    const std::size_t dash = part.find('-');
    const auto from = value_of(part.substr(0, dash), lowest, highest);
    if (!from) return false;
    first = *from;
    if (dash != std::string_view::npos) {
      const auto to = value_of(part.substr(dash + 1), lowest, highest);
      if (!to || *to < first) return false;
      last = *to;
    } else if (slash == std::string_view::npos) {
      last = first;
    }
  }
  for (int i = first; i <= last; i += step) out.set.set(static_cast<std::size_t>(i));
  return true;
}

std::optional<Field> read_field(std::string_view word, int lowest, int highest) {
  Field out;
  while (true) {
    const std::size_t comma = word.find(',');
    if (!add_part(word.substr(0, comma), lowest, highest, out)) return std::nullopt;
    if (comma == std::string_view::npos) return out;
    word = word.substr(comma + 1);
  }
}

std::string_view spelled_out(std::string_view schedule) {
  if (schedule == "@hourly") return "0 * * * *";
  if (schedule == "@daily" || schedule == "@midnight") return "0 0 * * *";
  if (schedule == "@weekly") return "0 0 * * 0";
  if (schedule == "@monthly") return "0 0 1 * *";
  if (schedule == "@yearly" || schedule == "@annually") return "0 0 1 1 *";
  return schedule;
}

// Nothing: malformed, or with a time zone in front (`CRON_TZ=`).
std::optional<Cron> read_cron(std::string_view schedule) {
  constexpr int limits[5][2] = {{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 6}};
  Cron out;
  Field* const fields[5] = {&out.minute, &out.hour, &out.day, &out.month, &out.weekday};
  schedule = spelled_out(schedule);
  std::size_t count = 0;
  while (true) {
    schedule.remove_prefix(std::min(schedule.find_first_not_of(" \t"), schedule.size()));
    if (schedule.empty()) break;
    if (count == 5) return std::nullopt;
    const std::size_t end = std::min(schedule.find_first_of(" \t"), schedule.size());
    const auto field = read_field(schedule.substr(0, end), limits[count][0], limits[count][1]);
    if (!field) return std::nullopt;
    *fields[count++] = *field;
    schedule.remove_prefix(end);
  }
  return count == 5 ? std::optional(out) : std::nullopt;
}

// With both a day of the month and one of the week, either will do.
bool on_day(const Cron& cron, Day day) {
  const std::chrono::year_month_day date(day);
  if (!cron.month.set.test(static_cast<unsigned>(date.month()))) return false;
  const bool by_date = cron.day.set.test(static_cast<unsigned>(date.day()));
  const bool by_weekday = cron.weekday.set.test(std::chrono::weekday(day).c_encoding());
  return cron.day.any || cron.weekday.any ? by_date && by_weekday : by_date || by_weekday;
}

bool begins_at(const Cron& cron, Instant time) {
  const Day day = day_of(time);
  const auto minute = std::chrono::floor<minutes>(time - day).count();
  return cron.hour.set.test(static_cast<std::size_t>(minute / 60)) &&
         cron.minute.set.test(static_cast<std::size_t>(minute % 60)) && on_day(cron, day);
}

std::optional<minutes> length(const SyncWindow& window) {
  const auto nanoseconds = parse_go_duration(window.duration);
  if (!nanoseconds || *nanoseconds <= 0) return std::nullopt;
  return std::chrono::duration_cast<minutes>(std::chrono::nanoseconds(*nanoseconds));
}

// The last begin in (after, until].
std::optional<Instant> last_begin(const Cron& cron, Instant until, Instant after) {
  for (Instant at = std::chrono::floor<minutes>(until); at > after; at -= minutes(1))
    if (begins_at(cron, at)) return at;
  return std::nullopt;
}

}  // namespace

std::optional<Instant> window_end(const SyncWindow& window, Instant now) {
  const auto cron = read_cron(window.schedule);
  const auto time = length(window);
  if (!cron || !time || *time > longest) return std::nullopt;
  std::optional<Instant> end;
  Instant until = now;
  for (int i = 0; i < most_windows; ++i) {  // the next may begin before this one ends
    const auto begin = last_begin(*cron, until, end ? *end - *time : now - *time);
    if (!begin) return end;
    until = *begin + *time;
    end = until;
  }
  return std::nullopt;  // it does not close
}

std::optional<Instant> window_begin(const SyncWindow& window, Instant now) {
  const auto cron = read_cron(window.schedule);
  if (!cron) return std::nullopt;
  const Day today = day_of(now);
  for (Day day = today; day < today + days(days_ahead); day += days(1)) {
    if (!on_day(*cron, day)) continue;
    for (int minute = 0; minute < 24 * 60; ++minute) {
      const Instant at = Instant(day) + minutes(minute);
      if (at > now && cron->hour.set.test(static_cast<std::size_t>(minute / 60)) &&
          cron->minute.set.test(static_cast<std::size_t>(minute % 60)))
        return at;
    }
  }
  return std::nullopt;
}

}  // namespace backout::argocd
