// The picture for a terminal: the share of traffic that reaches the canary as an area of blocks
// (solid where a gate can still stop the rollout, dotted where none can), a row for each metric,
// then the same in numbers.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "report/escape.h"
#include "report/style.h"
#include "simulate/simulation.h"

namespace backout::simulate {
namespace {

using argo::show_duration;
using report::visible;

constexpr std::array eighths = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::size_t rows = 8;
constexpr std::size_t margin = 6;  // "100% ┤"

template <class... Arguments>
void add(std::string& out, fmt::format_string<Arguments...> words, Arguments&&... arguments) {
  fmt::format_to(std::back_inserter(out), words, std::forward<Arguments>(arguments)...);
}

void end_line(std::string& out) {
  out.erase(out.find_last_not_of(' ') + 1);
  out += '\n';
}

struct Column {
  double share = 0;
  bool guarded = false, human = false;
};

std::vector<Column> columns_of(const argo::Timeline& line, const Axis& axis, std::size_t width) {
  std::vector<Column> columns(width);
  for (std::size_t x = 0; x < width; ++x) {
    const double place = (static_cast<double>(x) + 0.5) / static_cast<double>(width);
    std::size_t i = 0;
    while (i + 1 < line.stretches.size() && axis.right(i) <= place) ++i;
    const argo::Stretch& stretch = line.stretches[i];
    const bool last = i + 1 == line.stretches.size();
    columns[x] = {last ? stretch.share_end : stretch.share_begin,
                  stretch.guarded || place < axis.at(stretch.guarded_until),
                  stretch.waits_for_human};
  }
  return columns;
}

void append_area(std::string& out, const std::vector<Column>& columns, const report::Style& style) {
  for (std::size_t row = rows; row-- > 0;) {
    const std::size_t top = (row + 1) * 100 / rows;
    const bool labelled = top == 100 || top == 50;
    out += labelled ? fmt::format("{:>4}% ┤", top).substr(1) : std::string(margin - 1, ' ') + "│";
    for (const Column& column : columns) {
      const double filled = column.share / 100 * rows - static_cast<double>(row);
      const auto level = static_cast<std::size_t>(std::clamp(filled * 8 + 0.5, 0.0, 8.0));
      if (level == 0)
        out += ' ';
      else if (column.guarded)
        out += eighths[level];
      else if (level >= 4 || row == 0)
        add(out, "{}░{}", style.warning, style.reset);
      else
        out += ' ';
    }
    end_line(out);
  }
}

// The line below, with the hours under it; `?` where a person is waited for.
void append_axis(std::string& out, const argo::Timeline& line, const Axis& axis,
                 const std::vector<Column>& columns) {
  const std::size_t width = columns.size();
  std::string times(width, ' ');
  std::vector<bool> ticks(width, false);
  std::size_t free = 0;
  for (std::size_t i = 0; i < line.stretches.size(); ++i) {
    const auto x = std::min(
        width - 1, static_cast<std::size_t>(axis.left(i) * static_cast<double>(width) + 0.5));
    std::string label = show_duration(line.stretches[i].begin);
    label.erase(std::remove(label.begin(), label.end(), ' '), label.end());
    if (x < free || x + label.size() > width) continue;
    times.replace(x, label.size(), label);
    ticks[x] = true;
    free = x + label.size() + 2;
  }
  out += "   0% ┼";
  for (std::size_t x = 0; x < width; ++x) out += columns[x].human ? "?" : ticks[x] ? "┬" : "─";
  add(out, "\n{:{}}{}", "", margin + 1, times);
  end_line(out);
}

// A metric's life: `·` before the first measurement that could stop the rollout, `●` there, `━`
// while it can.
void append_stop(std::string& out, const Simulation& simulation, const argo::Stop& stop,
                 const Axis& axis, std::size_t width, const report::Style& style) {
  const auto cell = [&](double place) {
    return std::min(width - 1, static_cast<std::size_t>(place * static_cast<double>(width)));
  };
  std::size_t begin = cell(axis.at(stop.begin));
  std::size_t end = std::max(begin + 1, cell(axis.at(stop.end)));
  const bool open = simulation.line.waits_for_human &&
                    simulation.gates[stop.gate].kind == argo::Gate::Kind::background;
  if (open) end = std::max(end, cell(axis.left(simulation.line.stretches.size() - 1)));
  const auto first = stop.fails && stop.errors ? std::min(*stop.fails, *stop.errors)
                     : stop.fails              ? stop.fails
                                               : stop.errors;
  const std::size_t mark = first ? std::max(begin, cell(axis.at(*first))) : width;
  end = std::max(end, first ? mark + 1 : 0);
  out.append(margin + 1, ' ');
  for (std::size_t x = 0; x < width; ++x) {
    if (x < begin || x >= end)
      out += ' ';
    else if (x == mark)
      add(out, "{}●{}", style.good, style.reset);
    else if (x < mark)
      out += "·";
    else
      out += "━";
  }
  end_line(out);
  const argo::Metric& metric = simulation.gates[stop.gate].metrics[stop.metric];
  const std::string name = visible(metric.name);
  const std::string_view aside = first ? "" : metric.dry_run ? " dry run" : " can never stop it";
  const std::size_t length = name.size() + aside.size();
  const std::size_t indent = std::min(begin, width - std::min(width, length));
  add(out, "{:{}}{}{}{}{}{}{}\n", "", margin + 1 + indent, style.faint, name, style.reset,
      style.warning, aside, style.reset);
}

std::string pods_words(const argo::PodCounts& pods) {
  return fmt::format("{} + {}", pods.canary, pods.stable);
}

std::string guard_words(const argo::Stretch& stretch) {
  if (stretch.guarded) return {};
  if (stretch.guarded_until <= stretch.begin) return "  unguarded";
  return fmt::format("  unguarded from {} on", show_duration(stretch.guarded_until));
}

void append_steps(std::string& out, const Simulation& simulation, const report::Style& style) {
  const argo::Timeline& line = simulation.line;
  std::vector<std::array<std::string, 6>> table;
  table.push_back({"step", "", "begins", "lasts", "reaches", "canary + stable pods"});
  for (const argo::Stretch& stretch : line.stretches) {
    const bool last = stretch.step == simulation.rollout.steps.size();
    const std::string lasts = stretch.endless ? "for ever"
                              : stretch.waits_for_human
                                  ? "?"
                                  : show_duration(stretch.end - stretch.begin);
    table.push_back({last ? "end" : fmt::format("[{}]", stretch.step),
                     last ? "all traffic" : step_words(simulation.rollout.steps[stretch.step]),
                     show_duration(stretch.begin), lasts, percent(stretch.share_end),
                     pods_words(stretch.pods)});
  }
  std::array<std::size_t, 6> widths{};
  for (const auto& row : table)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  for (std::size_t r = 0; r < table.size(); ++r) {
    std::string words;
    for (std::size_t i = 0; i < widths.size(); ++i)
      if (i < 2)
        add(words, "{:<{}}  ", table[r][i], widths[i]);
      else
        add(words, "{:>{}}  ", table[r][i], widths[i]);
    words.erase(words.find_last_not_of(' ') + 1);
    if (r == 0)
      add(out, "  {}{}{}\n", style.faint, words, style.reset);
    else
      add(out, "  {}{}{}{}\n", words, style.warning, guard_words(line.stretches[r - 1]),
          style.reset);
  }
}

std::string stop_words(const Simulation& simulation, const argo::Stop& stop) {
  const argo::Metric& metric = simulation.gates[stop.gate].metrics[stop.metric];
  if (metric.dry_run) return "dry run: never stops the rollout";
  if (stop.measurements == 0)
    return "is never measured: the run is over first, and counts as passed";
  std::string out;
  if (stop.fails) {
    add(out, "can fail the rollout after {} ({} of {} measurements)", show_duration(*stop.fails),
        metric.failure_limit + 1,
        std::max<std::size_t>(stop.measurements,
                              static_cast<std::size_t>(metric.failure_limit) + 1));
    if (*stop.fails > 0)
      add(out, "; by then the canary got {} of the requests",
          percent(100 * stop.exposure / *stop.fails));
  } else {
    out = "can never fail the rollout";
  }
  if (stop.errors)
    add(out, "; errors stop it after {}", show_duration(*stop.errors));
  else
    out += "; errors never stop it";
  return out;
}

void append_sights(std::string& out, const Simulation& simulation, const report::Style& style) {
  if (!simulation.requests_per_second) return;
  add(out, "\n{}what the gates see at {:g} requests a second{}\n", style.strong,
      *simulation.requests_per_second, style.reset);
  for (const Sight& sight : simulation.sights) {
    const argo::Metric& metric = simulation.gates[sight.gate].metrics[sight.metric];
    if (!sight.unknown.empty()) {
      add(out, "  {}: {}\n", visible(metric.name), sight.unknown);
      continue;
    }
    const auto [fewest, most] = std::minmax_element(sight.requests.begin(), sight.requests.end());
    add(out, "  {}: {} measurements of {} requests to the canary; ", visible(metric.name),
        sight.requests.size(),
        *fewest == *most ? fmt::format("{}", *most) : fmt::format("{} to {}", *fewest, *most));
    if (sight.smallest)
      add(out, "catches an error rate of {} with 95 %\n", percent(100 * *sight.smallest));
    else
      add(out, "{}catches nothing with 95 %{}\n", style.warning, style.reset);
  }
  if (simulation.whole.empty()) return;
  out +=
      "  Metrics are taken to look at the requests of the canary alone.\n\n  requests that fail   "
      "the release passes\n";
  constexpr std::size_t every = 4;
  for (std::size_t i = 0; i < simulation.whole.size(); i += every) {
    const RatePoint& point = simulation.whole[i];
    const auto bar = static_cast<std::size_t>(point.passes * 40 * 8 + 0.5);
    std::string blocks;
    for (std::size_t cell = 0; cell < bar / 8; ++cell) blocks += "█";
    constexpr std::array parts = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    blocks += parts[bar % 8];
    add(out, "  {:>18}   {:>7}  {}", fmt::format("{:.2g} %", point.rate * 100),
        fmt::format("{:.1f} %", point.passes * 100), blocks);
    end_line(out);
  }
  if (simulation.smallest)
    add(out, "  All gates together catch an error rate of {} with 95 %.\n",
        percent(100 * *simulation.smallest));
  else
    add(out, "  {}All gates together catch no error rate with 95 %.{}\n", style.warning,
        style.reset);
}

}  // namespace

std::string text(const Simulation& simulation, bool color, std::size_t width) {
  const report::Style& style = report::style(color);
  const argo::Rollout& rollout = simulation.rollout;
  const argo::Timeline& line = simulation.line;
  std::string out = fmt::format(
      "{}{}{}: {}, {} replica{}, {}\n", style.strong, visible(rollout.name), style.reset,
      rollout.canary ? "canary" : "blue-green", rollout.replicas, rollout.replicas == 1 ? "" : "s",
      rollout.routed ? "traffic routing" : "weights by pods");
  if (!rollout.canary) return out + blue_green_text(simulation);
  const std::size_t room = std::clamp<std::size_t>(width, 40, 200) - margin - 2;
  const Axis axis(line);
  const std::vector<Column> columns = columns_of(line, axis, room);
  out += '\n';
  append_area(out, columns, style);
  append_axis(out, line, axis, columns);
  for (const argo::Stop& stop : line.stops) append_stop(out, simulation, stop, axis, room, style);
  add(out,
      "\n  {}█ traffic of the canary while a gate can stop it   ░ no gate can   ● first stop{}\n\n",
      style.faint, style.reset);
  append_steps(out, simulation, style);
  out += '\n';
  for (const argo::Stop& stop : line.stops)
    add(out, "  {} ({}) {}\n", visible(simulation.gates[stop.gate].metrics[stop.metric].name),
        gate_words(simulation.gates[stop.gate]), stop_words(simulation, stop));
  if (line.stops.empty())
    add(out, "  {}no analysis: nothing but a person can stop it{}\n", style.warning, style.reset);
  add(out, "  all steps take {} at least{}\n", show_duration(line.floor),
      line.endless           ? "; one never ends"
      : line.waits_for_human ? ", and as long as people take to resume"
                             : "");
  if (line.worst.missing == 0)
    out += "  an abort finds the stable version at full size: one change of the router\n";
  else
    add(out, "  an abort at its worst ([{}]) finds {} stable pod{} missing: back in {} wave{}{}\n",
        line.worst.step, line.worst.missing, line.worst.missing == 1 ? "" : "s", line.worst.waves,
        line.worst.waves == 1 ? "" : "s",
        line.worst.time > 0 ? ", " + show_duration(line.worst.time)
                            : std::string(" of starting pods"));
  append_sights(out, simulation, style);
  return out;
}

}  // namespace backout::simulate
