#include "cli/verify_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "argo/duration.h"
#include "report/escape.h"
#include "report/fit.h"
#include "report/terminal.h"
#include "verify/sparkline.h"

namespace backout::cli {
namespace {

using verify::CheckReport;
using verify::Report;

constexpr std::size_t most_lines = 12;

// "error ratio  ▂▇▇▅  0.042 (< 0.01)  breaks, 8m 12s left", in `width` cells.
std::string line_of(const CheckReport& check, verify::Time now, std::size_t name_cells,
                    std::size_t width, bool ascii) {
  const std::string_view mark = ascii ? "..." : "…";
  const std::string state = verify::now_of(check, now);
  const std::string value = check.last
                                ? fmt::format("{} ({})", verify::show_value(check.last->worst),
                                              verify::to_text(check.check.expectation))
                                : fmt::format("({})", verify::to_text(check.check.expectation));
  std::string out = report::padded(check.check.name, name_cells, mark) + "  ";
  const std::size_t used = name_cells + 2 + state.size() + 2 + value.size() + 2;
  const std::size_t bars = used < width ? std::min<std::size_t>(width - used, 20) : 0;
  if (bars >= 4 && !check.values.empty()) {
    std::vector<std::optional<double>> values;
    const std::size_t from = check.values.size() - std::min(check.values.size(), bars);
    for (std::size_t i = from; i < check.values.size(); ++i)
      values.push_back(check.values[i].value);
    out +=
        verify::sparkline(values, bars, ascii, false) + std::string(bars - values.size() + 2, ' ');
  }
  const std::size_t left = width - std::min(width, name_cells + 2);
  const bool both = value.size() + 2 + state.size() <= left;
  return out + report::fitted(both ? value + "  " + state : state, left, mark);
}

}  // namespace

bool is_ascii_locale() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    if (!value || *value == '\0') continue;
    const std::string_view locale = value;
    return locale == "C" || locale == "POSIX";
  }
  return false;
}

VerifyProgress::VerifyProgress(const Streams& streams, bool quiet, bool ascii)
    : streams_(streams), quiet_(quiet), ascii_(ascii) {
  const report::Screen screen = report::screen_of(streams.err);
  terminal_ = screen.is_terminal && screen.term != "dumb";
}

VerifyProgress::~VerifyProgress() {
  if (drawn_ > 0) put(fmt::format("\r\x1b[{}A\x1b[J", drawn_));
}

void VerifyProgress::show(const Report& report) {
  if (quiet_) return;
  if (terminal_)
    draw(report);
  else
    tell(report);
}

void VerifyProgress::draw(const Report& report) {
  const std::size_t columns =
      std::max<std::size_t>(report::width(report::screen_of(streams_.err)), 20);
  const std::size_t width = columns - 1;  // the last column wraps on some terminals
  std::size_t name_cells = 0;
  for (const CheckReport& check : report.checks)
    name_cells = std::max(name_cells, report::visible(check.check.name).size());
  name_cells = std::min(name_cells, width / 3);
  std::string out = drawn_ > 0 ? fmt::format("\r\x1b[{}A", drawn_) : std::string();
  drawn_ = 0;
  for (const CheckReport& check : report.checks) {
    if (drawn_ == most_lines) {
      out += fmt::format("and {} more\x1b[K\n", report.checks.size() - drawn_);
      ++drawn_;
      break;
    }
    out += line_of(check, report.took, name_cells, width, ascii_) + "\x1b[K\n";
    ++drawn_;
  }
  put(out);
}

void VerifyProgress::tell(const Report& report) {
  std::string out;
  if (!began_) {
    out = fmt::format("asking {} about {}\n", report::visible(report.server),
                      report.checks.size() == 1 ? std::string("one query")
                                                : fmt::format("{} queries", report.checks.size()));
    began_ = true;
  }
  told_.resize(report.checks.size());
  for (std::size_t i = 0; i < report.checks.size(); ++i) {
    const CheckReport& check = report.checks[i];
    for (; told_[i] < check.events.size(); ++told_[i]) {
      const verify::Event& event = check.events[told_[i]];
      const auto time = std::chrono::floor<std::chrono::seconds>(report.began + event.at);
      out += fmt::format("{}  {}: {}\n", to_text(time), report::visible(check.check.name),
                         report::visible(event.text));
    }
  }
  put(out);
}

void VerifyProgress::put(std::string_view text) const {
  if (!text.empty()) (void)finish({streams_.in, streams_.err, streams_.err, nullptr}, text, 0);
}

}  // namespace backout::cli
