#include <fmt/format.h>

#include "core/rule.h"
#include "runbook/check.h"

namespace backout {
namespace {

void check(const runbook::Runbook& runbook, const runbook::Context& context, Report& report) {
  if (runbook.index || !runbook.last_worked) return;
  const int limit = context.config.runbooks.stale_days;
  const auto age = (context.today - *runbook.last_worked).count();
  if (age <= limit) return;
  ReportOptions options;
  if (runbook.banner) {
    // The reader is warned; what is left is to practise it.
    options.at_most = Severity::warning;
  } else {
    options.notes.push_back(
        {std::nullopt, fmt::format("until then put this line under the title: {}",
                                   runbook::stale_banner(runbook.last_worked, limit))});
  }
  report.at({runbook.source, runbook.last_worked_place}, {"runbook", runbook.source->path},
            fmt::format("last worked on {}, {} days ago, and {} is the limit",
                        to_text(*runbook.last_worked), age, limit),
            std::move(options));
}

}  // namespace

namespace rules {
extern constinit const Rule runbook_stale{
    .id = "runbook/stale",
    .summary = "a runbook has not been worked for longer than it stays true",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "What a runbook names changes without it: applications are renamed, commands lose "
        "options, rights are withdrawn. Nobody notices, because nobody runs it, until the night "
        "on which somebody must. A runbook that worked within the last weeks is a fact; an older "
        "one is a guess that looks like a fact.",
    .instead =
        "1. Practise it: `backout drill` picks the runbook that is due, times it and writes the "
        "date into its table.\n"
        "2. Until then, put the proposed STALE line under its title, so that whoever opens it "
        "knows; the finding is a warning then.\n"
        "3. Change `runbooks.stale_days` in `.backout.yaml` if 90 days are not your rhythm.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
