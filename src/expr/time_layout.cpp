#include "expr/time_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "expr/time.h"

namespace backout::expr {
namespace {

struct Known {
  std::string_view text;
  Part part;
  bool z = false, colon = false;
  std::uint32_t pairs = 2;
};

// Longer ones first where one begins another.
constexpr Known known[] = {
    {"January", Part::long_month},
    {"Jan", Part::month},
    {"Monday", Part::long_weekday},
    {"Mon", Part::weekday},
    {"MST", Part::zone_name},
    {"2006", Part::long_year},
    {"_2006", Part::none},  // `_` and a year: not a day
    {"__2", Part::blank_year_day},
    {"002", Part::zero_year_day},
    {"01", Part::zero_month},
    {"02", Part::zero_day},
    {"03", Part::zero_hour12},
    {"04", Part::zero_minute},
    {"05", Part::zero_second},
    {"06", Part::year},
    {"15", Part::hour},
    {"_2", Part::blank_day},
    {"PM", Part::upper_pm},
    {"pm", Part::lower_pm},
    {"-07:00:00", Part::zone, false, true, 3},
    {"-070000", Part::zone, false, false, 3},
    {"-07:00", Part::zone, false, true, 2},
    {"-0700", Part::zone, false, false, 2},
    {"-07", Part::zone, false, false, 1},
    {"Z07:00:00", Part::zone, true, true, 3},
    {"Z070000", Part::zone, true, false, 3},
    {"Z07:00", Part::zone, true, true, 2},
    {"Z0700", Part::zone, true, false, 2},
    {"Z07", Part::zone, true, false, 1},
    {"1", Part::number_month},
    {"2", Part::day},
    {"3", Part::hour12},
    {"4", Part::minute},
    {"5", Part::second},
};

bool is_digit(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

// Takes `least` to `most` digits off the text; -1: they are not there.
std::int64_t take_digits(std::string_view& text, std::size_t least, std::size_t most) {
  std::int64_t value = 0;
  std::size_t count = 0;
  for (; count < most && is_digit(text, count); ++count) value = value * 10 + (text[count] - '0');
  if (count < least) return -1;
  text.remove_prefix(count);
  return value;
}

bool begins_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(),
                    [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

// Takes a name of months or weekdays off the text; its number, or -1.
int take_name(std::string_view& text, std::string_view (*name_of)(std::int64_t), int first,
              int last, bool whole) {
  for (int i = first; i <= last; ++i) {
    const std::string_view name = whole ? name_of(i) : name_of(i).substr(0, 3);
    if (begins_with_word(text, name)) {
      text.remove_prefix(name.size());
      return i;
    }
  }
  return -1;
}

// "MST", "CEST", "+03", "GMT+3"; empty: none is there.
std::string_view zone_name_at(std::string_view text) {
  if (text.starts_with("ChST") || text.starts_with("MeST")) return text.substr(0, 4);
  std::size_t letters = 0;
  while (letters < 6 && letters < text.size() && text[letters] >= 'A' && text[letters] <= 'Z')
    ++letters;
  const bool sign = letters < text.size() && (text[letters] == '+' || text[letters] == '-');
  if ((letters == 0 || text.substr(0, letters) == "GMT") && sign) {
    std::size_t end = letters + 1;
    while (is_digit(text, end) && end < letters + 3) ++end;
    if (end > letters + 1) return text.substr(0, end);
  }
  if (letters == 3) return text.substr(0, 3);
  if (letters == 4 && (text[3] == 'T' || text.starts_with("WITA"))) return text.substr(0, 4);
  if (letters == 5 && text[4] == 'T') return text.substr(0, 5);
  return {};
}

// What has been read so far.
struct Reading {
  Fields fields;
  std::int32_t nanoseconds = 0;
  int year_day = -1;
  bool has_month = false, has_day = false, pm = false, pm_given = false;
  Time zone;  // offset and name
};

bool take_zone(std::string_view& text, const LayoutPart& part, Time& zone) {
  if (part.z && text.starts_with('Z')) {
    text.remove_prefix(1);
    return true;
  }
  if (!text.starts_with('+') && !text.starts_with('-')) return false;
  const int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  std::int64_t seconds = 0;
  for (std::uint32_t i = 0, unit = 3600; i < part.pairs; ++i, unit /= 60) {
    if (i > 0 && part.colon) {
      if (!text.starts_with(':')) return false;
      text.remove_prefix(1);
    }
    const std::int64_t value = take_digits(text, 2, 2);
    if (value < 0 || value >= (i == 0 ? 25 : 60)) return false;
    seconds += value * unit;
  }
  zone.offset = static_cast<std::int32_t>(sign * seconds);
  if (seconds != 0) zone.zone.clear();
  return true;
}

bool take_fraction(std::string_view& text, std::size_t digits, std::int32_t& nanoseconds) {
  if (text.empty() || (text.front() != '.' && text.front() != ',')) return false;
  text.remove_prefix(1);
  if (digits == 0 || digits > text.size()) return false;
  std::int32_t value = 0;
  for (std::size_t i = 0; i < std::max<std::size_t>(9, digits); ++i) {
    if (i < digits && !is_digit(text, i)) return false;
    if (i < 9) value = value * 10 + (i < digits ? text[i] - '0' : 0);
  }
  nanoseconds = value;
  text.remove_prefix(digits);
  return true;
}

std::size_t leading_digits(std::string_view text) {
  std::size_t count = 0;
  while (is_digit(text, count)) ++count;
  return count;
}

// One part of the layout; false: the text does not have it.
bool take(std::string_view& text, const LayoutPart& part, bool fraction_follows, Reading& reading) {
  Fields& f = reading.fields;
  const auto field = [&](int& into, std::size_t least, std::size_t most, int low, int high) {
    const std::int64_t value = take_digits(text, least, most);
    if (value < low || value > high) return false;
    into = static_cast<int>(value);
    return true;
  };
  switch (part.part) {
    case Part::none:
      return true;
    case Part::long_year:
      f.year = take_digits(text, 4, 4);
      return f.year >= 0;
    case Part::year:
      f.year = take_digits(text, 2, 2);
      if (f.year >= 0) f.year += f.year >= 69 ? 1900 : 2000;
      return f.year >= 0;
    case Part::long_month:
    case Part::month:
      reading.has_month = true;
      f.month = take_name(text, month_name, 1, 12, part.part == Part::long_month);
      return f.month > 0;
    case Part::number_month:
    case Part::zero_month:
      reading.has_month = true;
      return field(f.month, part.part == Part::zero_month ? 2 : 1, 2, 1, 12);
    case Part::long_weekday:
    case Part::weekday:
      return take_name(text, weekday_name, 0, 6, part.part == Part::long_weekday) >= 0;
    case Part::day:
    case Part::blank_day:
    case Part::zero_day:
      reading.has_day = true;
      if (part.part == Part::blank_day && text.starts_with(' ')) text.remove_prefix(1);
      return field(f.day, part.part == Part::zero_day ? 2 : 1, 2, 0, 99);
    case Part::blank_year_day:
    case Part::zero_year_day:
      while (part.part == Part::blank_year_day && text.starts_with(' ')) text.remove_prefix(1);
      return field(reading.year_day, part.part == Part::zero_year_day ? 3 : 1, 3, 1, 366);
    case Part::hour:
      return field(f.hour, 1, 2, 0, 23);
    case Part::hour12:
    case Part::zero_hour12:
      return field(f.hour, part.part == Part::zero_hour12 ? 2 : 1, 2, 0, 12);
    case Part::minute:
    case Part::zero_minute:
      return field(f.minute, part.part == Part::zero_minute ? 2 : 1, 2, 0, 59);
    case Part::second:
    case Part::zero_second:
      if (!field(f.second, part.part == Part::zero_second ? 2 : 1, 2, 0, 59)) return false;
      // A fraction may follow although the layout has none.
      if (!fraction_follows && text.size() >= 2 && (text.front() == '.' || text.front() == ',') &&
          is_digit(text, 1))
        return take_fraction(text, leading_digits(text.substr(1)), reading.nanoseconds);
      return true;
    case Part::upper_pm:
    case Part::lower_pm: {
      const bool upper = part.part == Part::upper_pm;
      const std::string_view word = text.substr(0, 2);
      reading.pm_given = true;
      reading.pm = word == (upper ? "PM" : "pm");
      if (!reading.pm && word != (upper ? "AM" : "am")) return false;
      text.remove_prefix(2);
      return true;
    }
    case Part::zone:
      return take_zone(text, part, reading.zone);
    case Part::zone_name: {
      const std::string_view name = zone_name_at(text);
      if (name.empty()) return false;
      text.remove_prefix(name.size());
      reading.zone.zone = name;  // an unknown abbreviation has offset 0, as in Go
      return true;
    }
    case Part::fraction:
      if (!part.optional) return take_fraction(text, part.digits, reading.nanoseconds);
      if (text.size() < 2 || (text.front() != '.' && text.front() != ',') || !is_digit(text, 1))
        return true;
      return take_fraction(text, leading_digits(text.substr(1)), reading.nanoseconds);
  }
  return false;
}

int days_in(std::int64_t year, int month) {
  return static_cast<int>(
      days_from_civil(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) -
      days_from_civil(year, month, 1));
}

std::optional<Time> finished(Reading reading) {
  Fields& f = reading.fields;
  if (reading.pm_given && reading.pm && f.hour < 12) f.hour += 12;
  if (reading.pm_given && !reading.pm && f.hour == 12) f.hour = 0;
  if (reading.year_day >= 0) {
    const Fields by_day =
        fields({.seconds = (days_from_civil(f.year, 1, 1) + reading.year_day - 1) * 86400});
    if (by_day.year != f.year || (reading.has_month && by_day.month != f.month) ||
        (reading.has_day && by_day.day != f.day))
      return std::nullopt;
    f.month = by_day.month;
    f.day = by_day.day;
  }
  if (f.day < 1 || f.day > days_in(f.year, f.month)) return std::nullopt;
  return from_fields(f, reading.nanoseconds, reading.zone);
}

}  // namespace

std::int64_t days_from_civil(std::int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t of_era = year - era * 400;
  const std::int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

LayoutPart next_part(std::string_view& layout) {
  LayoutPart result;
  for (std::size_t at = 0; at < layout.size(); ++at) {
    const std::string_view rest = layout.substr(at);
    result.before = layout.substr(0, at);
    // A run of 0s or 9s behind a point or comma, if no other digit follows.
    if ((rest[0] == '.' || rest[0] == ',') && rest.size() > 1 &&
        (rest[1] == '0' || rest[1] == '9')) {
      std::size_t end = 1;
      while (end < rest.size() && rest[end] == rest[1]) ++end;
      if (!is_digit(rest, end)) {
        result.part = Part::fraction;
        result.digits = static_cast<std::uint32_t>(end - 1);
        result.optional = rest[1] == '9';
        layout.remove_prefix(at + end);
        return result;
      }
    }
    for (const Known& candidate : known) {
      if (!rest.starts_with(candidate.text)) continue;
      if (candidate.part == Part::none) break;
      // "Month" and "Janet" are no names.
      const bool word = candidate.part == Part::month || candidate.part == Part::weekday;
      if (word && rest.size() > 3 && rest[3] >= 'a' && rest[3] <= 'z') break;
      result.part = candidate.part;
      result.z = candidate.z;
      result.colon = candidate.colon;
      result.pairs = candidate.pairs;
      layout.remove_prefix(at + candidate.text.size());
      return result;
    }
  }
  result.before = layout;
  layout = {};
  return result;
}

std::optional<Time> read_time(std::string_view layout, std::string_view text) {
  Reading reading;
  for (bool more = true; more;) {
    const LayoutPart part = next_part(layout);
    for (std::size_t i = 0; i < part.before.size(); ++i) {
      if (part.before[i] == ' ') {  // blanks match any number of blanks
        if (!text.empty() && text.front() != ' ') return std::nullopt;
        while (i + 1 < part.before.size() && part.before[i + 1] == ' ') ++i;
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
        continue;
      }
      if (text.empty() || text.front() != part.before[i]) return std::nullopt;
      text.remove_prefix(1);
    }
    std::string_view ahead = layout;
    const LayoutPart following = next_part(ahead);
    if (!take(text, part, following.part == Part::fraction && following.before.empty(), reading))
      return std::nullopt;
    more = part.part != Part::none;
  }
  return text.empty() ? finished(reading) : std::nullopt;
}

std::optional<Time> read_time(std::string_view text) {
  constexpr std::string_view layouts[] = {"2006-01-02",
                                          "15:04:05",
                                          "2006-01-02 15:04:05",
                                          "2006-01-02T15:04:05Z07:00",
                                          "02 Jan 06 15:04 MST",
                                          "Monday, 02-Jan-06 15:04:05 MST",
                                          "Mon, 02 Jan 2006 15:04:05 MST"};
  for (const std::string_view layout : layouts)
    if (auto time = read_time(layout, text)) return time;
  return std::nullopt;
}

std::string format_time(const Time& time, std::string_view layout) {
  const Fields f = fields(time);
  const int hour12 = f.hour % 12 == 0 ? 12 : f.hour % 12;
  std::string out;
  const auto offset = [&](bool z, bool colon, std::uint32_t pairs) {
    if (z && time.offset == 0) {
      out += 'Z';
      return;
    }
    const std::int32_t size = time.offset < 0 ? -time.offset : time.offset;
    out += fmt::format("{}{:02}", time.offset < 0 ? '-' : '+', size / 3600);
    if (pairs > 1) out += fmt::format("{}{:02}", colon ? ":" : "", size / 60 % 60);
    if (pairs > 2) out += fmt::format("{}{:02}", colon ? ":" : "", size % 60);
  };
  for (;;) {
    const LayoutPart part = next_part(layout);
    out += part.before;
    const auto add = [&](auto value, int width = 0, char fill = '0') {
      out += fill == '0' ? fmt::format("{:0{}}", value, width) : fmt::format("{:{}}", value, width);
    };
    switch (part.part) {
      case Part::none:
        return out;
      case Part::long_month:
        out += month_name(f.month);
        break;
      case Part::month:
        out += month_name(f.month).substr(0, 3);
        break;
      case Part::number_month:
        add(f.month);
        break;
      case Part::zero_month:
        add(f.month, 2);
        break;
      case Part::long_weekday:
        out += weekday_name(f.weekday);
        break;
      case Part::weekday:
        out += weekday_name(f.weekday).substr(0, 3);
        break;
      case Part::day:
        add(f.day);
        break;
      case Part::blank_day:
        add(f.day, 2, ' ');
        break;
      case Part::zero_day:
        add(f.day, 2);
        break;
      case Part::blank_year_day:
        add(f.year_day, 3, ' ');
        break;
      case Part::zero_year_day:
        add(f.year_day, 3);
        break;
      case Part::hour:
        add(f.hour, 2);
        break;
      case Part::hour12:
        add(hour12);
        break;
      case Part::zero_hour12:
        add(hour12, 2);
        break;
      case Part::minute:
        add(f.minute);
        break;
      case Part::zero_minute:
        add(f.minute, 2);
        break;
      case Part::second:
        add(f.second);
        break;
      case Part::zero_second:
        add(f.second, 2);
        break;
      case Part::long_year:
        add(f.year, 4);
        break;
      case Part::year:
        add(f.year < 0 ? 0 : f.year % 100, 2);
        break;
      case Part::upper_pm:
        out += f.hour >= 12 ? "PM" : "AM";
        break;
      case Part::lower_pm:
        out += f.hour >= 12 ? "pm" : "am";
        break;
      case Part::zone_name:
        if (time.zone.empty()) offset(false, false, time.offset % 3600 == 0 ? 1 : 2);
        out += time.zone;
        break;
      case Part::zone:
        offset(part.z, part.colon, part.pairs);
        break;
      case Part::fraction: {
        std::string digits = fmt::format("{:09}", time.nanoseconds);
        digits.resize(std::min<std::size_t>(part.digits, 9), '0');
        while (part.optional && !digits.empty() && digits.back() == '0') digits.pop_back();
        if (!digits.empty()) out += '.' + digits;
        break;
      }
    }
  }
}

}  // namespace backout::expr
