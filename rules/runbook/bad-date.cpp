#include <fmt/format.h>

#include "core/rule.h"
#include "runbook/check.h"

namespace backout {
namespace {

void check(const runbook::Runbook& runbook, const runbook::Context& context, Report& report) {
  (void)context;
  for (const runbook::BadDate& bad : runbook.bad_dates)
    report.at({runbook.source, bad.place}, {"runbook", runbook.source->path},
              bad.ahead ? fmt::format("`{}` lies ahead, so it does not count", bad.text)
                        : fmt::format("`{}` is no date and does not count; write `2026-03-01`",
                                      bad.text));
}

}  // namespace

namespace rules {
extern constinit const Rule runbook_bad_date{
    .id = "runbook/bad-date",
    .summary = "a date of when a runbook worked cannot be read, or lies ahead",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The newest date decides whether a runbook is stale. A date that can be read in two ways,"
        " or one in the future, would keep it fresh for years without anybody having run it.",
    .instead =
        "1. Write dates as year, month and day: `2026-03-01`.\n"
        "2. Enter what has been done, not what is planned.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
