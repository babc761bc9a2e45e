#include <fmt/format.h>

#include "core/rule.h"
#include "runbook/check.h"

namespace backout {
namespace {

void check(const runbook::Runbook& runbook, const runbook::Context& context, Report& report) {
  std::size_t found = 0;
  for (const runbook::PathMention& mention : runbook::missing_paths(runbook, context.repository))
    report.at({runbook.source, mention.span}, {"runbook", runbook.source->path},
              fmt::format("the repository has no `{}`{}", mention.path,
                          ++found < runbook::most_suggestions
                              ? runbook::near_path(context.repository, mention.path)
                              : ""));
}

}  // namespace

namespace rules {
extern constinit const Rule runbook_file_gone{
    .id = "runbook/file-gone",
    .summary = "a command names a file that is gone",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Manifests and scripts move; the commands that apply them stay as they were and fail on "
        "the night they are needed. Paths are looked up from the root of the repository, from the"
        " folder of the runbook, and from where a `cd` of the same block leads. Files that the "
        "runbook itself makes (`> x.yaml`, `-o x.yaml`, or named earlier in its text) are not "
        "judged.",
    .instead =
        "1. Put the present path into the command, from the root of the repository.\n"
        "2. Write `<file>` where the reader is meant to choose.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
