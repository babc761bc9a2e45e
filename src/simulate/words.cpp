#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "simulate/simulation.h"

namespace backout::simulate {

std::string percent(double value) {
  const bool whole = std::abs(value - std::round(value)) < 0.05;
  return whole ? fmt::format("{:.0f} %", value) : fmt::format("{:.1f} %", value);
}

std::string step_words(const argo::Step& step) {
  using Kind = argo::Step::Kind;
  switch (step.kind) {
    case Kind::set_weight:
      return fmt::format("setWeight {}", step.weight);
    case Kind::pause:
      return step.duration ? "pause " + argo::show_duration(*step.duration)
                           : "pause until a person resumes";
    case Kind::set_canary_scale:
      return "setCanaryScale";
    case Kind::analysis:
      return "analysis";
    case Kind::experiment:
      return step.duration ? "experiment " + argo::show_duration(*step.duration) : "experiment";
    case Kind::set_header_route:
      return "setHeaderRoute";
    case Kind::set_mirror_route:
      return "setMirrorRoute";
    case Kind::plugin:
      return "plugin";
    case Kind::none:
      break;
  }
  return "no known step";
}

std::string gate_words(const argo::Gate& gate) {
  switch (gate.kind) {
    case argo::Gate::Kind::step:
      return fmt::format("steps[{}]", gate.step);
    case argo::Gate::Kind::experiment:
      return fmt::format("experiment in steps[{}]", gate.step);
    case argo::Gate::Kind::background:
      return gate.step == 0 ? "background" : fmt::format("background from steps[{}]", gate.step);
    case argo::Gate::Kind::pre_promotion:
      return "before promotion";
    case argo::Gate::Kind::post_promotion:
      break;
  }
  return "after promotion";
}

Axis::Axis(const argo::Timeline& line) : line_(line) {
  constexpr double visible = 0.1;  // of the timed part, for what takes no time
  const argo::Seconds timed = line.stretches.empty() ? 0 : line.stretches.back().end;
  const double unit = timed > 0 ? timed * visible : 1;
  edges_.push_back(0);
  for (std::size_t i = 0; i < line.stretches.size(); ++i) {
    const argo::Stretch& stretch = line.stretches[i];
    const bool must_show =
        stretch.waits_for_human || stretch.endless || i + 1 == line.stretches.size();
    const double own = stretch.end - stretch.begin;
    edges_.push_back(edges_.back() + (must_show ? std::max(own, unit) : own));
  }
  for (double& edge : edges_) edge /= edges_.back();
}

double Axis::at(argo::Seconds time) const {
  for (std::size_t i = 0; i < line_.stretches.size(); ++i) {
    const argo::Stretch& stretch = line_.stretches[i];
    const double length = stretch.end - stretch.begin;
    if (time < stretch.end)
      return left(i) + (right(i) - left(i)) * std::max(0.0, time - stretch.begin) / length;
    // An open end: whatever comes later may come here.
    if (stretch.waits_for_human && length == 0) return (left(i) + right(i)) / 2;
  }
  return line_.stretches.empty() ? 0 : left(line_.stretches.size() - 1);
}

}  // namespace backout::simulate
