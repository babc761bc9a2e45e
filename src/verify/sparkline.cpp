#include "verify/sparkline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace backout::verify {
namespace {

constexpr std::array<std::string_view, 8> blocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<std::string_view, 8> letters = {"_", ".", "-", "=", "+", "*", "#", "@"};

// A gap stays visible only when the whole stretch is one.
std::optional<double> combined(std::optional<double> a, std::optional<double> b, bool low) {
  if (!a) return b;
  if (!b) return a;
  if (!std::isfinite(*a)) return a;
  if (!std::isfinite(*b)) return b;
  return low ? std::min(*a, *b) : std::max(*a, *b);
}

}  // namespace

std::string sparkline(const std::vector<std::optional<double>>& values, std::size_t cells,
                      bool ascii, bool low) {
  const std::size_t count = std::min(cells, values.size());
  std::vector<std::optional<double>> bars(count);
  for (std::size_t i = 0; i < values.size() && count > 0; ++i) {
    auto& bar = bars[i * count / values.size()];
    bar = combined(bar, values[i], low);
  }
  double bottom = 0, top = 0;
  for (const auto& bar : bars) {
    if (!bar || !std::isfinite(*bar)) continue;
    bottom = std::min(bottom, *bar);
    top = std::max(top, *bar);
  }
  std::string out;
  for (const auto& bar : bars) {
    if (!bar) {
      out += ' ';
    } else if (!std::isfinite(*bar)) {
      out += '?';
    } else {
      // Halves first: the difference of two large numbers may be infinite.
      const double range = top / 2 - bottom / 2;
      const double part = range > 0 ? (*bar / 2 - bottom / 2) / range : 0;
      const auto level = static_cast<std::size_t>(std::clamp(part * 7 + 0.5, 0.0, 7.0));
      out += (ascii ? letters : blocks)[level];
    }
  }
  return out;
}

}  // namespace backout::verify
