// A rollout looked at instead of read: its timeline, when each gate can stop it, and what its
// gates can see. Plain data; each format is a function of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "argo/gate.h"
#include "argo/rollout.h"
#include "argo/timeline.h"

namespace backout::simulate {

// With which probability a release passes whose requests fail at `rate` (0 to 1).
struct RatePoint {
  double rate = 0, passes = 0;
};

// What one metric can see at the request rate that was given.
struct Sight {
  std::size_t gate = 0, metric = 0;    // indexes
  std::vector<std::int64_t> requests;  // to the canary, by measurement
  std::vector<RatePoint> curve;
  std::optional<double> smallest;  // error rate that is caught with 95 %
  std::string unknown;             // why there are no figures; empty: there are
};

struct Simulation {
  argo::Rollout rollout;
  std::vector<argo::Gate> gates;
  argo::TimelineOptions options;
  argo::Timeline line;
  std::optional<double> requests_per_second;  // of the whole service
  std::vector<Sight> sights;                  // with a request rate: one a metric
  std::vector<RatePoint> whole;               // all gates together
  std::optional<double> smallest;
};

// `width`: cells of the screen (at least 40 are used).
[[nodiscard]] std::string text(const Simulation& simulation, bool color, std::size_t width);
[[nodiscard]] std::string json(const Simulation& simulation);
[[nodiscard]] std::string svg(const Simulation& simulation);
[[nodiscard]] std::string html(const std::vector<Simulation>& simulations);

// Words that more than one format uses.
[[nodiscard]] std::string blue_green_text(const Simulation& simulation);  // lines
[[nodiscard]] std::string step_words(const argo::Step& step);  // "setWeight 20", "pause 5m"
[[nodiscard]] std::string gate_words(const argo::Gate& gate);  // "background from step 1"
[[nodiscard]] std::string percent(double value);               // "20 %", "33.3 %"

// Appends text for HTML or SVG, visible and harmless.
void append_markup(std::string& out, std::string_view value);

// Horizontal places in a picture, from 0 to 1. In proportion to time, but what takes no time of
// its own and matters (a pause that waits for a person, the jump to 100 %) gets room to be seen.
class Axis {
 public:
  explicit Axis(const argo::Timeline& line);
  [[nodiscard]] double left(std::size_t stretch) const { return edges_[stretch]; }
  [[nodiscard]] double right(std::size_t stretch) const { return edges_[stretch + 1]; }
  [[nodiscard]] double at(argo::Seconds time) const;

 private:
  const argo::Timeline& line_;
  std::vector<double> edges_;
};

}  // namespace backout::simulate
