#include "core/clock.h"

#include <fmt/format.h>

#include <cstdlib>

namespace backout {
namespace {

using std::chrono::microseconds;

// Takes pieces off the front of a text; the first that does not fit makes all later ones fail.
struct Scanner {
  std::string_view rest;
  bool good = true;

  bool take(std::string_view any_of) {
    const bool fits = good && !rest.empty() && any_of.find(rest.front()) != std::string_view::npos;
    if (fits) rest.remove_prefix(1);
    return fits;
  }
  void expect(std::string_view any_of) { good = take(any_of); }
  unsigned digits(std::size_t count, unsigned least, unsigned most) {
    unsigned value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      good = good && !rest.empty() && rest.front() >= '0' && rest.front() <= '9';
      if (!good) return least;
      value = value * 10 + static_cast<unsigned>(rest.front() - '0');
      rest.remove_prefix(1);
    }
    good = value >= least && value <= most;
    return value;
  }
};

Day date(Scanner& scanner) {
  const unsigned year = scanner.digits(4, 1970, 9999);
  scanner.expect("-");
  const unsigned month = scanner.digits(2, 1, 12);
  scanner.expect("-");
  const unsigned day = scanner.digits(2, 1, 31);
  const std::chrono::year_month_day out{std::chrono::year(static_cast<int>(year)),
                                        std::chrono::month(month), std::chrono::day(day)};
  scanner.good = scanner.good && out.ok();
  return out;
}

// Behind the point.
microseconds fraction(Scanner& scanner) {
  microseconds out{0};
  std::int64_t unit = 100'000;
  scanner.good =
      scanner.good && !scanner.rest.empty() &&
      std::string_view("0123456789").find(scanner.rest.front()) != std::string_view::npos;
  while (scanner.good && !scanner.rest.empty() && scanner.rest.front() >= '0' &&
         scanner.rest.front() <= '9') {
    out += microseconds((scanner.rest.front() - '0') * unit);
    unit /= 10;
    scanner.rest.remove_prefix(1);
  }
  return out;
}

// What to subtract for UTC.
std::chrono::minutes offset(Scanner& scanner) {
  if (scanner.take("Zz")) return {};
  if (scanner.rest == " UTC" || scanner.rest == "UTC") {
    scanner.rest = {};
    return {};
  }
  const bool west = scanner.take("-");
  if (!west) scanner.expect("+");
  const unsigned hours = scanner.digits(2, 0, 23);
  scanner.expect(":");
  const unsigned minutes = scanner.digits(2, 0, 59);
  const std::chrono::minutes out(static_cast<int>(hours * 60 + minutes));
  return west ? -out : out;
}

}  // namespace

std::optional<Instant> parse_instant(std::string_view text) {
  Scanner scanner{text};
  Instant out = date(scanner);
  scanner.expect("Tt ");
  out += std::chrono::hours(scanner.digits(2, 0, 23));
  scanner.expect(":");
  out += std::chrono::minutes(scanner.digits(2, 0, 59));
  if (scanner.take(":")) {
    out += std::chrono::seconds(scanner.digits(2, 0, 59));
    if (scanner.take(".")) out += fraction(scanner);
  }
  out -= offset(scanner);
  if (!scanner.good || !scanner.rest.empty() || out < Instant{}) return std::nullopt;
  return out;
}

std::optional<Day> parse_date(std::string_view text) {
  Scanner scanner{text};
  const Day out = date(scanner);
  if (!scanner.good || !scanner.rest.empty()) return std::nullopt;
  return out;
}

std::string to_text(Day day) {
  const std::chrono::year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string to_text(Instant instant) {
  const Day day = day_of(instant);
  const auto since = (instant - day).count();
  const auto seconds = since / 1'000'000, part = since % 1'000'000;
  std::string out = fmt::format("{}T{:02}:{:02}:{:02}", to_text(day), seconds / 3600,
                                seconds / 60 % 60, seconds % 60);
  if (part != 0) {
    out += fmt::format(".{:06}", part);
    while (out.back() == '0') out.pop_back();
  }
  return out + 'Z';
}

Result<Instant> now() {
  const char* const set = std::getenv("BACKOUT_NOW");
  if (!set || *set == '\0')
    return std::chrono::floor<microseconds>(std::chrono::system_clock::now());
  if (const auto instant = parse_instant(set)) return *instant;
  if (const auto day = parse_date(set)) return Instant(*day);
  return fail(ErrorKind::usage,
              fmt::format("BACKOUT_NOW is `{}`, which is no time; write {} or `2026-03-01`", set,
                          instant_examples));
}

}  // namespace backout
