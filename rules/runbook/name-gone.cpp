#include <fmt/format.h>

#include <vector>

#include "core/rule.h"
#include "runbook/check.h"

namespace backout {
namespace {

void check(const runbook::Runbook& runbook, const runbook::Context& context, Report& report) {
  std::size_t found = 0;
  for (const runbook::Command& command : runbook.commands) {
    for (const runbook::Mention& mention : runbook::mentions_of(command).names) {
      const auto kind = static_cast<std::size_t>(mention.what);
      const runbook::Names& known = context.repository.objects[kind];
      if (known.empty() || known.contains(mention.name)) continue;
      ReportOptions options;
      if (context.repository.generated[kind]) {
        options.at_most = Severity::warning;
        options.notes.push_back(
            {std::nullopt,
             "charts, kustomizations or ApplicationSets of this repository make names too, which "
             "were not looked at"});
      }
      report.at(
          {runbook.source, mention.span}, {"runbook", runbook.source->path},
          fmt::format(
              "the repository has no {} `{}`{}", runbook::words(mention.what), mention.name,
              ++found < runbook::most_suggestions ? runbook::suggestion(mention.name, known) : ""),
          std::move(options));
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule runbook_name_gone{
    .id = "runbook/name-gone",
    .summary = "a command names an application, Rollout or namespace that is gone",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A command that is pasted at night acts on what its words name. When the application was "
        "renamed it fails, which costs minutes; when another one has taken the name, it rolls "
        "back the wrong thing. The manifests of the repository say which names there are. Kinds "
        "of which the repository holds none are not judged, nor are words that only the reader "
        "can fill in (`$APP`, `<app>`).",
    .instead =
        "1. Put the present name into the command.\n"
        "2. Write `<app>` or `$APP` where the reader is meant to choose.\n"
        "3. Names that another repository defines belong into `services:` in `.backout.yaml`.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
