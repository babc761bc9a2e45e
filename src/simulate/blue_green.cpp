// Blue-green in words: there is no weight to draw, all traffic moves at once.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "report/escape.h"
#include "simulate/simulation.h"

namespace backout::simulate {
namespace {

using argo::show_duration;
using Kind = argo::Gate::Kind;

template <class... Arguments>
void add(std::string& out, fmt::format_string<Arguments...> words, Arguments&&... arguments) {
  fmt::format_to(std::back_inserter(out), words, std::forward<Arguments>(arguments)...);
}

// A line for each metric that looks before or after the switch; how long they hold it up.
argo::Seconds append_gates(std::string& out, const Simulation& simulation, Kind kind,
                           std::string_view from) {
  argo::Seconds longest = 0;
  bool any = false;
  for (const argo::Gate& gate : simulation.gates) {
    if (gate.kind != kind) continue;
    for (const argo::Metric& metric : gate.metrics) {
      any = true;
      const std::optional<argo::Seconds> fails =
          metric.dry_run ? std::nullopt : earliest_failed(metric);
      const std::optional<argo::Seconds> life = shortest_life(metric);
      add(out, "    {}: {}, ", report::visible(metric.name),
          fails ? fmt::format("can fail the release {} after {}", show_duration(*fails), from)
                : std::string(metric.dry_run ? "a dry run" : "can never fail the release"));
      out += life ? fmt::format("takes {}\n", show_duration(*life)) : std::string("has no end\n");
      longest = std::max(longest, life.value_or(0));
    }
  }
  if (!any) out += "    no analysis\n";
  return longest;
}

}  // namespace

std::string blue_green_text(const Simulation& simulation) {
  const argo::Rollout& rollout = simulation.rollout;
  std::string out = "\n  before the switch, with no traffic of users\n";
  const argo::Seconds before = append_gates(out, simulation, Kind::pre_promotion, "the start");
  if (!rollout.auto_promotion)
    out += "  the switch: all traffic at once, when a person promotes\n";
  else
    add(out, "  the switch: all traffic at once, by itself, {} after the new pods are ready\n",
        show_duration(std::max(before, rollout.auto_promotion_delay)));
  out += "  after the switch, with all traffic\n";
  const argo::Seconds after = append_gates(out, simulation, Kind::post_promotion, "the switch");
  // With an analysis after the switch the old version is kept until that is done.
  add(out,
      "  the old version stays for {}: going back within it is one change of the service, later "
      "it has to start its pods first\n",
      show_duration(std::max(after, rollout.scale_down_delay)));
  return out;
}

}  // namespace backout::simulate
