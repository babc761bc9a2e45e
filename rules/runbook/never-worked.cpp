#include <fmt/format.h>

#include "core/rule.h"
#include "runbook/check.h"

namespace backout {
namespace {

void check(const runbook::Runbook& runbook, const runbook::Context& context, Report& report) {
  if (runbook.index || runbook.last_worked) return;
  const runbook::Markdown& markdown = runbook.markdown;
  Span place = runbook.title ? runbook.title->line : Span{};
  std::string message = fmt::format("there is no table below `{}`", runbook::worked_title);
  if (runbook.worked_table) {
    const runbook::Table& table = markdown.tables[*runbook.worked_table];
    place = table.header_line;
    message = runbook::column(table, "date") == std::string_view::npos
                  ? "the table of when it last worked has no column `date`"
                  : "no row says on which day it worked";
  } else if (runbook.worked_heading) {
    place = *runbook.worked_heading;
  }
  ReportOptions options;
  if (!runbook.worked_table)
    options.notes.push_back({std::nullopt,
                             "the table has the columns `date`, `what`, `region`, `resolved by` "
                             "and `notes`; `backout drill` makes it"});
  if (!runbook.banner)
    options.notes.push_back(
        {std::nullopt,
         fmt::format("until then put this line under the title: {}",
                     runbook::stale_banner(std::nullopt, context.config.runbooks.stale_days))});
  else
    options.at_most = Severity::warning;
  report.at({runbook.source, place}, {"runbook", runbook.source->path},
            fmt::format("never seen to work: {}", message), std::move(options));
}

}  // namespace

namespace rules {
extern constinit const Rule runbook_never_worked{
    .id = "runbook/never-worked",
    .summary = "nothing shows that a runbook ever worked",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A way back that nobody has walked is a hope. The first run of a runbook finds the "
        "missing right, the wrong context, the step that takes forty minutes; better in a drill "
        "than in an incident. The table of when it last worked is the only evidence a reader has "
        "at night.",
    .instead =
        "1. Practise it: `backout drill` times it and writes the first row of its table.\n"
        "2. Until then, put the proposed STALE line under its title; the finding is a warning "
        "then.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
