// A page of its own for a review or a runbook: picture, steps, gates, and the curve of what the
// gates let through. No script, nothing loaded from elsewhere.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "simulate/simulation.h"

namespace backout::simulate {
namespace {

using argo::show_duration;

template <class... Arguments>
void add(std::string& out, fmt::format_string<Arguments...> words, Arguments&&... arguments) {
  fmt::format_to(std::back_inserter(out), words, std::forward<Arguments>(arguments)...);
}

std::string markup(std::string_view value) {
  std::string out;
  append_markup(out, value);
  return out;
}

std::string markup_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    append_markup(out, line);
    out += '\n';
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return out;
}

constexpr std::string_view head = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>backout simulate</title><style>
body{font:15px/1.5 system-ui,sans-serif;color:#1f2933;background:#fff;max-width:60rem;margin:2rem auto;padding:0 1rem}
svg{max-width:100%;height:auto}table{border-collapse:collapse;margin:1rem 0}
th,td{text-align:left;padding:.25rem .9rem .25rem 0;border-bottom:1px solid #e4e7eb}
td.n,th.n{text-align:right}tr.bad td{background:#fdf3df}
</style></head><body>
)";

void append_steps(std::string& out, const Simulation& simulation) {
  out +=
      "<table><tr><th>step</th><th></th><th class=n>begins</th><th class=n>lasts</th>"
      "<th class=n>reaches</th><th class=n>canary + stable pods</th></tr>\n";
  for (const argo::Stretch& stretch : simulation.line.stretches) {
    const bool last = stretch.step == simulation.rollout.steps.size();
    add(out,
        "<tr{}><td>{}</td><td>{}</td><td class=n>{}</td><td class=n>{}</td><td class=n>{}</td>"
        "<td class=n>{} + {}</td></tr>\n",
        stretch.guarded ? "" : " class=bad", last ? "end" : fmt::format("{}", stretch.step),
        last ? "all traffic" : step_words(simulation.rollout.steps[stretch.step]),
        show_duration(stretch.begin),
        stretch.endless           ? "for ever"
        : stretch.waits_for_human ? "?"
                                  : show_duration(stretch.end - stretch.begin),
        percent(stretch.share_end), stretch.pods.canary, stretch.pods.stable);
  }
  out += "</table>\n<p>Steps on a coloured ground: no gate can stop the rollout in them.</p>\n";
}

void append_stops(std::string& out, const Simulation& simulation) {
  if (simulation.line.stops.empty()) {
    out += "<p><b>No analysis: nothing but a person can stop it.</b></p>\n";
    return;
  }
  out +=
      "<table><tr><th>metric</th><th>where</th><th class=n>first can fail it</th>"
      "<th class=n>first can stop it by errors</th><th class=n>requests exposed until then</th>"
      "</tr>\n";
  for (const argo::Stop& stop : simulation.line.stops) {
    const argo::Gate& gate = simulation.gates[stop.gate];
    add(out,
        "<tr{}><td>{}</td><td>{}</td><td class=n>{}</td><td class=n>{}</td><td class=n>{}</td>"
        "</tr>\n",
        stop.fails || stop.errors ? "" : " class=bad", markup(gate.metrics[stop.metric].name),
        gate_words(gate), stop.fails ? show_duration(*stop.fails) : "never",
        stop.errors ? show_duration(*stop.errors) : "never",
        stop.fails && *stop.fails > 0 ? percent(100 * stop.exposure / *stop.fails) : "");
  }
  out += "</table>\n";
}

// The chance to pass over the error rate, as a curve.
void append_curve(std::string& out, const Simulation& simulation) {
  if (!simulation.requests_per_second) return;
  add(out, "<h2>What the gates see at {:g} requests a second</h2>\n",
      *simulation.requests_per_second);
  for (const Sight& sight : simulation.sights) {
    const std::string name = markup(simulation.gates[sight.gate].metrics[sight.metric].name);
    if (!sight.unknown.empty())
      add(out, "<p>{}: {}</p>\n", name, markup(sight.unknown));
    else if (sight.smallest)
      add(out, "<p>{} catches an error rate of {} with 95 %.</p>\n", name,
          percent(100 * *sight.smallest));
    else
      add(out, "<p>{} catches no error rate with 95 %.</p>\n", name);
  }
  if (simulation.whole.size() < 2) return;
  constexpr double width = 560, height = 220, left = 60, top = 16;
  const double most = simulation.whole.back().rate;
  std::string path;
  for (const RatePoint& point : simulation.whole)
    add(path, "{}{:.1f} {:.1f}", path.empty() ? 'M' : 'L', left + width * point.rate / most,
        top + height * (1 - point.passes));
  add(out,
      "<svg viewBox='0 0 {0:.0f} {1:.0f}' width='{0:.0f}' height='{1:.0f}' "
      "font-size='12' font-family='system-ui,sans-serif'>\n",
      left + width + 30, top + height + 50);
  for (const int share : {0, 50, 100})
    add(out,
        "<line stroke='#cbd2d9' x1='{0:.0f}' y1='{1:.1f}' x2='{2:.0f}' y2='{1:.1f}'/>"
        "<text text-anchor='end' x='{3:.0f}' y='{4:.1f}'>{5} %</text>\n",
        left, top + height * (1 - share / 100.0), left + width, left - 8,
        top + height * (1 - share / 100.0) + 4, share);
  for (const int part : {0, 1, 2})
    add(out, "<text text-anchor='middle' x='{:.0f}' y='{:.0f}'>{}</text>\n",
        left + width * part / 2, top + height + 18, percent(100 * most * part / 2));
  add(out,
      "<text text-anchor='middle' x='{:.0f}' y='{:.0f}'>requests of the new release that fail"
      "</text>\n<path fill='none' stroke='#1f5fa8' stroke-width='2' d='{}'/>\n</svg>\n",
      left + width / 2, top + height + 38, path);
  if (simulation.smallest)
    add(out, "<p>All gates together catch an error rate of {} with 95 %.</p>\n",
        percent(100 * *simulation.smallest));
  else
    out += "<p><b>All gates together catch no error rate with 95 %.</b></p>\n";
}

}  // namespace

std::string html(const std::vector<Simulation>& simulations) {
  std::string out(head);
  for (const Simulation& simulation : simulations) {
    const argo::Timeline& line = simulation.line;
    add(out, "<h1>{}</h1>\n", markup(simulation.rollout.name));
    if (!simulation.rollout.canary) {
      out += "<pre>" + markup_lines(blue_green_text(simulation)) + "</pre>\n";
      continue;
    }
    out += svg(simulation);
    append_steps(out, simulation);
    append_stops(out, simulation);
    add(out, "<p>All steps take {} at least{}.", show_duration(line.floor),
        line.waits_for_human ? ", and as long as people take to resume" : "");
    if (line.worst.missing > 0)
      add(out, " An abort at its worst finds {} stable pods missing: back in {} wave{}.",
          line.worst.missing, line.worst.waves, line.worst.waves == 1 ? "" : "s");
    out += "</p>\n";
    append_curve(out, simulation);
  }
  out += "</body></html>\n";
  return out;
}

}  // namespace backout::simulate
