#include <fmt/format.h>

#include "core/rule.h"
#include "runbook/check.h"

namespace backout {
namespace {

void check(const runbook::Runbook& runbook, const runbook::Context& context, Report& report) {
  for (const runbook::BrokenLink& broken : runbook::broken_links(runbook, context))
    report.at({runbook.source, broken.link->span}, {"runbook", runbook.source->path},
              fmt::format("the link leads nowhere: {}", broken.why));
}

}  // namespace

namespace rules {
extern constinit const Rule runbook_broken_link{
    .id = "runbook/broken-link",
    .summary = "a link in a runbook leads nowhere",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Runbooks hand over to each other: the decision tree names the layer, the layer names the"
        " runbook. A link that leads nowhere ends that walk. Links into the repository and to "
        "headings are followed, addresses of the network are not.",
    .instead =
        "1. Correct the target, relative to the file the link stands in.\n"
        "2. A heading is linked by its words in lower case with dashes: `#step-1-check`.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
