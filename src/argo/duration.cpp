#include "argo/duration.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

namespace backout::argo {
namespace {

using namespace std::string_view_literals;

constexpr std::array units = {
    std::pair{"ns"sv, 1e-9},      std::pair{"us"sv, 1e-6},  std::pair{"\u00b5s"sv, 1e-6},
    std::pair{"\u03bcs"sv, 1e-6}, std::pair{"ms"sv, 1e-3},  std::pair{"s"sv, 1.0},
    std::pair{"m"sv, 60.0},       std::pair{"h"sv, 3600.0},
};
constexpr Seconds longest = 9223372036.854775807;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes the digits at the front into `value`, which they follow (or, after the point, refine).
bool take_digits(std::string_view& text, double& value, bool fraction) {
  bool any = false;
  double place = 0.1;
  while (!text.empty() && is_digit(text.front())) {
    const double digit = text.front() - '0';
    value = fraction ? value + digit * place : value * 10 + digit;
    place /= 10;
    text.remove_prefix(1);
    any = true;
  }
  return any;
}

}  // namespace

std::optional<Seconds> parse_duration(std::string_view text) {
  double sign = 1;
  if (text.starts_with('-') || text.starts_with('+')) {
    if (text.front() == '-') sign = -1;
    text.remove_prefix(1);
  }
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  Seconds total = 0;
  while (!text.empty()) {
    double number = 0;
    bool any = take_digits(text, number, false);
    if (text.starts_with('.')) {
      text.remove_prefix(1);
      any = take_digits(text, number, true) || any;
    }
    if (!any) return std::nullopt;
    std::size_t length = 0;
    while (length < text.size() && text[length] != '.' && !is_digit(text[length])) ++length;
    const std::string_view name = text.substr(0, length);
    const std::pair<std::string_view, double>* unit = nullptr;
    for (const auto& candidate : units)
      if (candidate.first == name) unit = &candidate;
    if (!unit) return std::nullopt;
    total += number * unit->second;
    if (total > longest) return std::nullopt;
    text.remove_prefix(length);
  }
  return sign * total;
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
