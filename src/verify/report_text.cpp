// The report for people, and as Markdown for the incident's record.
#include <fmt/format.h>

#include <algorithm>

#include "argo/duration.h"
#include "core/quote.h"
#include "report/escape.h"
#include "report/fit.h"
#include "report/style.h"
#include "verify/sparkline.h"
#include "verify/verify.h"

namespace backout::verify {
namespace {

using report::visible;

constexpr std::size_t bar_cells = 60, most_events_shown = 12;

std::string show(Time time) {
  return argo::show_duration(static_cast<double>(time.count()) / 1000);
}

std::string moment(const Report& report, Time at) {
  return backout::to_text(std::chrono::floor<std::chrono::seconds>(report.began + at));
}

bool low_counts(const Expectation& expectation) {
  return expectation.kind == Expectation::Kind::greater ||
         expectation.kind == Expectation::Kind::greater_equal;
}

std::string bars(const CheckReport& check, std::size_t cells, bool ascii) {
  std::vector<std::optional<double>> values;
  for (const Point& point : check.values) values.push_back(point.value);
  return sparkline(values, cells, ascii, low_counts(check.check.expectation));
}

// "0.2 … 0.003, 41 readings, 2 without an answer, 1 gap"
std::string summary(const CheckReport& check, bool ascii) {
  const Watch& watch = check.watch;
  std::string out;
  const auto has = [](const Point& point) { return point.value.has_value(); };
  const auto first = std::find_if(check.values.begin(), check.values.end(), has);
  const auto last = std::find_if(check.values.rbegin(), check.values.rend(), has);
  if (first != check.values.end())
    out = fmt::format("{} {} {}, ", show_value(*first->value), ascii ? "to" : "…",
                      show_value(*last->value));
  out +=
      watch.readings == 1 ? std::string("1 reading") : fmt::format("{} readings", watch.readings);
  if (watch.failures > 0) out += fmt::format(", {} without an answer", watch.failures);
  if (watch.gaps > 0) out += fmt::format(", {} {}", watch.gaps, watch.gaps == 1 ? "gap" : "gaps");
  return out;
}

std::string terms_of(const CheckReport& check) {
  return fmt::format("{} for {} within {}", to_text(check.check.expectation),
                     show(check.watch.terms.hold), show(check.watch.terms.within));
}

std::string headline(const Report& report) {
  std::string out = in_words(verdict(report));
  if (!report.service.empty()) out += fmt::format(": {}", report.service);
  return out;
}

std::string circumstances(const Report& report) {
  return fmt::format("asked {} from {} for {}", report.server, moment(report, Time(0)),
                     show(report.took));
}
constexpr std::string_view interruption = "interrupted before the end";

std::string_view color_of(State state, const report::Style& style) {
  switch (state) {
    case State::recovered:
      return style.good;
    case State::not_recovered:
      return style.error;
    case State::no_data:
    case State::open:
      break;
  }
  return style.warning;
}

std::string_view color_of(Verdict verdict, const report::Style& style) {
  return verdict == Verdict::recovered       ? style.good
         : verdict == Verdict::not_recovered ? style.error
                                             : style.warning;
}

std::string fence_for(std::string_view text) {
  std::size_t longest = 0, run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(std::max<std::size_t>(3, longest + 1), '`');
}

std::string visible_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out += visible(text.substr(0, end)) + '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace

std::string text(const Report& report, const TextOptions& options) {
  const report::Style& style = report::style(options.color);
  const std::size_t width = options.width == 0 ? 10'000 : std::max<std::size_t>(options.width, 30);
  const std::string_view mark = options.ascii ? "..." : "…";
  std::string out = fmt::format("{}{}{}{}\n", style.strong, color_of(verdict(report), style),
                                report::fitted(headline(report), width, mark), style.reset);
  const auto add = [&](std::size_t indent, std::string_view line, std::string_view color = {}) {
    out +=
        fmt::format("{}{}{}{}\n", std::string(indent, ' '), color,
                    report::fitted(line, width - indent, mark), color.empty() ? "" : style.reset);
  };
  add(2, circumstances(report), style.faint);
  if (report.interrupted) add(2, interruption, style.warning);
  for (const std::string& each : report.overridden) {
    add(2, "--allow-empty-pass: " + each, style.warning);
  }
  for (const CheckReport& check : report.checks) {
    out += '\n';
    out += fmt::format(
        "{}{}{}: {}{}{}\n", style.strong, report::fitted(check.check.name, width * 2 / 3, mark),
        style.reset, color_of(check.watch.state, style), in_words(check.watch.state), style.reset);
    // Never cut: why it ended so is what the report is for.
    if (check.watch.state != State::open) out += "  " + visible(reason(check)) + '\n';
    if (check.check.name != check.check.query) add(2, check.check.query, style.faint);
    add(2, terms_of(check), style.faint);
    if (!check.values.empty()) {
      const std::string line = bars(check, std::min(bar_cells, width - 2), options.ascii);
      if (line.find_first_not_of(' ') != std::string::npos) out += "  " + line + '\n';
      add(2, summary(check, options.ascii), style.faint);
    }
    for (const std::string& each : check.remarks)
      out += fmt::format("  {}warning:{} {}\n", style.warning, style.reset, visible(each));
    const std::size_t skipped =
        check.events.size() - std::min(check.events.size(), most_events_shown);
    if (skipped > 0) add(2, fmt::format("{} earlier changes are left out", skipped), style.faint);
    for (std::size_t i = skipped; i < check.events.size(); ++i)
      add(2, fmt::format("{}  {}", moment(report, check.events[i].at), check.events[i].text));
  }
  return out;
}

std::string markdown(const Report& report, bool ascii) {
  std::string out = fmt::format("## Verification: {}\n\n{}.\n", markdown_cell(headline(report)),
                                markdown_cell(circumstances(report)));
  if (report.interrupted) out += fmt::format("\n> {}\n", interruption);
  for (const std::string& each : report.overridden)
    out += fmt::format("\n> `--allow-empty-pass`: {}\n", markdown_cell(each));
  out += "\n| query | expected | result | why |\n|---|---|---|---|\n";
  for (const CheckReport& check : report.checks)
    out += fmt::format("| {} | {} | **{}** | {} |\n", markdown_cell(check.check.name),
                       markdown_cell(terms_of(check)), in_words(check.watch.state),
                       markdown_cell(reason(check)));
  for (const CheckReport& check : report.checks) {
    const std::string query = visible_lines(check.check.query);
    const std::string fence = fence_for(query);
    out += fmt::format("\n### {}\n\n{}promql\n{}{}\n", markdown_cell(check.check.name), fence,
                       query, fence);
    if (!check.values.empty())
      out += fmt::format("\n`|{}|` {}\n", bars(check, bar_cells, ascii), summary(check, ascii));
    if (!check.remarks.empty() || !check.events.empty()) out += '\n';
    for (const std::string& each : check.remarks)
      out += fmt::format("- warning: {}\n", markdown_cell(each));
    for (const Event& event : check.events)
      out += fmt::format("- {} {}\n", moment(report, event.at), markdown_cell(event.text));
  }
  return out;
}

}  // namespace backout::verify
