// As time.ParseDuration: numbers with a point and a unit each, one after another.
#include "core/go_duration.h"

#include <limits>

namespace backout {
namespace {

constexpr std::int64_t second = 1'000'000'000;

}  // namespace

std::optional<std::int64_t> parse_go_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  constexpr struct {
    std::string_view name;
    std::int64_t nanoseconds;
  } units[] = {{"ns", 1},         {"us", 1000},  {"µs", 1000},       {"μs", 1000},
               {"ms", 1'000'000}, {"s", second}, {"m", 60 * second}, {"h", 3600 * second}};
  constexpr auto most = static_cast<__int128>(std::numeric_limits<std::int64_t>::max());
  __int128 total = 0;
  while (!text.empty()) {
    __int128 whole = 0, fraction = 0, scale = 1;
    bool any = false, behind_point = false;
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
      const char c = text[at];
      if (c == '.' && !behind_point) {
        behind_point = true;
      } else if (c >= '0' && c <= '9') {
        any = true;
        if (!behind_point) {
          whole = whole * 10 + (c - '0');
          if (whole > most) return std::nullopt;
        } else if (scale < 1'000'000'000'000'000) {  // finer than any unit
          fraction = fraction * 10 + (c - '0');
          scale *= 10;
        }
      } else {
        break;
      }
    }
    if (!any) return std::nullopt;
    text.remove_prefix(at);
    const std::string_view unit = text.substr(0, text.find_first_of("0123456789."));
    std::int64_t size = 0;
    for (const auto& known : units)
      if (known.name == unit) size = known.nanoseconds;
    if (size == 0) return std::nullopt;
    text.remove_prefix(unit.size());
    total += whole * size + fraction * size / scale;
    if (total > most + (negative ? 1 : 0)) return std::nullopt;
  }
  return static_cast<std::int64_t>(negative ? -total : total);
}

}  // namespace backout
