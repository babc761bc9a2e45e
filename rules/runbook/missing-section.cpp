#include <fmt/format.h>

#include "core/rule.h"
#include "runbook/check.h"

namespace backout {
namespace {

void check(const runbook::Runbook& runbook, const runbook::Context& context, Report& report) {
  (void)context;
  if (runbook.index || !runbook.title) return;
  const auto missing = runbook::missing_sections(runbook.markdown);
  if (missing.empty()) return;
  std::string list;
  for (const std::string_view title : missing)
    fmt::format_to(std::back_inserter(list), "{}`{}`", list.empty() ? "" : ", ", title);
  report.at({runbook.source, runbook.title->line}, {"runbook", runbook.source->path},
            fmt::format("{} {} missing: {}", missing.size() == 1 ? "a section" : "sections",
                        missing.size() == 1 ? "is" : "are", list));
}

}  // namespace

namespace rules {
extern constinit const Rule runbook_missing_section{
    .id = "runbook/missing-section",
    .summary = "a runbook lacks a section that its readers look for",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "All runbooks of a team have the same sections in the same order, so that a tired reader "
        "knows where to look: when to reach for it, what to check in the first minute, what to "
        "type, how to see that it worked, whom to tell. What is missing is then invented on the "
        "spot.",
    .instead =
        "1. Add the sections named; one sentence, or why there is nothing to say, is enough.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
