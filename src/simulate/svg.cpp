// The picture as SVG: the share of traffic over time, hatched where no gate can stop the rollout,
// a bar for each metric. Text from manifests is escaped; nothing is loaded from elsewhere.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "report/escape.h"
#include "simulate/simulation.h"

namespace backout::simulate {
namespace {

constexpr double width = 960, left = 64, right = 24, top = 56, chart = 240, bar = 26;
constexpr double span = width - left - right;

template <class... Arguments>
void add(std::string& out, fmt::format_string<Arguments...> words, Arguments&&... arguments) {
  fmt::format_to(std::back_inserter(out), words, std::forward<Arguments>(arguments)...);
}

double across(double place) { return left + place * span; }
double up(double share) { return top + chart * (1 - share / 100); }

void append_frame(std::string& out) {
  for (const int share : {0, 25, 50, 75, 100}) {
    add(out, "<line class='grid' x1='{:.1f}' y1='{:.1f}' x2='{:.1f}' y2='{:.1f}'/>\n", left,
        up(share), width - right, up(share));
    add(out, "<text class='small' text-anchor='end' x='{:.1f}' y='{:.1f}'>{} %</text>\n", left - 8,
        up(share) + 4, share);
  }
}

void append_box(std::string& out, std::string_view kind, double from, double to, double y) {
  if (to > from)
    add(out, "<rect class='{}' x='{:.1f}' y='{:.1f}' width='{:.1f}' height='{:.1f}'/>\n", kind,
        from, y, to - from, up(0) - y);
}

void append_area(std::string& out, const argo::Timeline& line, const Axis& axis) {
  std::string path;
  for (std::size_t i = 0; i < line.stretches.size(); ++i) {
    const argo::Stretch& stretch = line.stretches[i];
    const bool last = i + 1 == line.stretches.size();
    const double from = across(axis.left(i)), to = across(axis.right(i));
    const double y = up(last ? stretch.share_end : stretch.share_begin);
    const double change =
        stretch.guarded ? to : std::clamp(across(axis.at(stretch.guarded_until)), from, to);
    append_box(out, "guarded", from, change, y);
    append_box(out, "unguarded", change, to, y);
    add(path, "{}{:.1f} {:.1f}L{:.1f} {:.1f}", i == 0 ? 'M' : 'L', from, y, to, y);
    if (stretch.waits_for_human)
      add(out, "<text class='small' text-anchor='middle' x='{:.1f}' y='{:.1f}'>a person</text>\n",
          (from + to) / 2, y - 8);
  }
  add(out, "<path class='line' d='{}'/>\n", path);
}

void append_times(std::string& out, const argo::Timeline& line, const Axis& axis) {
  double free = 0;
  for (std::size_t i = 0; i < line.stretches.size(); ++i) {
    const double x = across(axis.left(i));
    if (x < free || (i > 0 && axis.left(i) == axis.left(i - 1))) continue;
    const std::string label = argo::show_duration(line.stretches[i].begin);
    add(out, "<line class='grid' x1='{0:.1f}' y1='{1:.1f}' x2='{0:.1f}' y2='{2:.1f}'/>\n", x, up(0),
        up(0) + 5);
    add(out, "<text class='small' x='{:.1f}' y='{:.1f}'>{}</text>\n", x, up(0) + 18, label);
    free = x + 8.0 * static_cast<double>(label.size()) + 8;
  }
}

void append_stop(std::string& out, const Simulation& simulation, const argo::Stop& stop,
                 const Axis& axis, double y) {
  const argo::Gate& gate = simulation.gates[stop.gate];
  const argo::Metric& metric = gate.metrics[stop.metric];
  const double from = across(axis.at(stop.begin));
  double to = across(axis.at(stop.end));
  if (gate.kind == argo::Gate::Kind::background && simulation.line.waits_for_human)
    to = across(axis.left(simulation.line.stretches.size() - 1));
  to = std::max(to, from + 2);
  const bool can = stop.fails || stop.errors;
  double mark = to;
  if (can)
    mark = across(axis.at(std::min(stop.fails.value_or(1e300), stop.errors.value_or(1e300))));
  mark = std::clamp(mark, from, to);
  add(out, "<rect class='waiting' x='{:.1f}' y='{:.1f}' width='{:.1f}' height='8'/>\n", from, y,
      mark - from);
  if (can)
    add(out,
        "<rect class='acting' x='{0:.1f}' y='{1:.1f}' width='{2:.1f}' height='8'/>"
        "<circle class='acting' cx='{0:.1f}' cy='{3:.1f}' r='6'/>\n",
        mark, y, to - mark, y + 4);
  std::string name;
  append_markup(name, metric.name);
  const bool near_end = from > left + span * 0.6;
  add(out, "<text class='{}' text-anchor='{}' x='{:.1f}' y='{:.1f}'>{}{}</text>\n",
      can ? "small" : "small bad", near_end ? "end" : "start", near_end ? to : from, y - 4, name,
      can              ? ""
      : metric.dry_run ? " (dry run)"
                       : " (can never stop it)");
}

constexpr std::string_view style = R"svg(<style>
.simulation{font:13px system-ui,sans-serif;background:#fff}
.simulation text{fill:#1f2933}.simulation .title{font-size:16px;font-weight:600}
.simulation .small{font-size:12px;fill:#52606d}.simulation .bad{fill:#ab091e}
.simulation .grid{stroke:#cbd2d9;stroke-width:1}.simulation .line{fill:none;stroke:#1f5fa8;stroke-width:2}
.simulation .guarded{fill:#9cc6f0}.simulation .unguarded{fill:url(#hatch)}
.simulation .waiting{fill:#cbd2d9}.simulation .acting{fill:#1b7f4b}
</style>
<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect width="8" height="8" fill="#fdecc8"/><rect width="3" height="8" fill="#e8a33d"/></pattern></defs>
)svg";

}  // namespace

void append_markup(std::string& out, std::string_view value) {
  std::string safe;
  report::append_visible(safe, value);
  for (const char c : safe) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

std::string svg(const Simulation& simulation) {
  const argo::Timeline& line = simulation.line;
  const double bars = bar * static_cast<double>(line.stops.size());
  const double height = top + chart + 52 + bars + 30;
  std::string name;
  append_markup(name, simulation.rollout.name);
  std::string out = fmt::format(
      "<svg xmlns='http://www.w3.org/2000/svg' class='simulation' viewBox='0 0 {0:.0f} {1:.0f}' "
      "width='{0:.0f}' height='{1:.0f}' role='img'>\n<title>{2}</title>\n",
      width, height, name);
  out += style;
  add(out, "<rect width='100%' height='100%' fill='#fff'/>\n");
  add(out, "<text class='title' x='{:.0f}' y='26'>{}: traffic of the canary, at least {}</text>\n",
      left, name, argo::show_duration(line.floor));
  const Axis axis(line);
  append_frame(out);
  append_area(out, line, axis);
  append_times(out, line, axis);
  double y = up(0) + 48;
  for (const argo::Stop& stop : line.stops) {
    append_stop(out, simulation, stop, axis, y);
    y += bar;
  }
  const double legend = height - 14;
  const auto box = [&](double x, std::string_view kind, std::string_view words) {
    add(out,
        "<rect class='{}' x='{:.0f}' y='{:.0f}' width='12' height='12'/>"
        "<text class='small' x='{:.0f}' y='{:.0f}'>{}</text>\n",
        kind, x, legend - 10, x + 18, legend, words);
  };
  box(left, "guarded", "a gate can stop it");
  box(left + 160, "unguarded", "no gate can");
  box(left + 280, "waiting", "gate, too early to stop it");
  box(left + 480, "acting", "gate, from its first possible stop");
  out += "</svg>\n";
  return out;
}

}  // namespace backout::simulate
