#include <fmt/format.h>

#include "core/rule.h"
#include "runbook/check.h"

namespace backout {
namespace {

void check(const runbook::Runbook& runbook, const runbook::Context& context, Report& report) {
  if (!runbook.banner || runbook.index || !runbook.last_worked) return;
  const auto age = (context.today - *runbook.last_worked).count();
  if (age > context.config.runbooks.stale_days) return;
  report.at({runbook.source, *runbook.banner}, {"runbook", runbook.source->path},
            fmt::format("marked STALE, but it worked on {}, {} days ago",
                        to_text(*runbook.last_worked), age));
}

}  // namespace

namespace rules {
extern constinit const Rule runbook_outdated_banner{
    .id = "runbook/outdated-banner",
    .summary = "a runbook is marked STALE although it worked lately",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "Whoever reads STALE at night looks for another way. When the runbook has worked since, "
        "that costs minutes for nothing, and teaches everybody to overlook the banner where it is"
        " true.",
    .instead = "1. Delete the banner; `backout drill` does so when a drill worked.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
