// `backout schema`: what reports and the configuration look like, for tools and editors.
#include <fmt/format.h>

#include "cli/options.h"
#include "report/report.h"

namespace backout::cli {
namespace {

constexpr Help help{
    "backout schema report|config",
    "Prints the JSON Schema of the JSON report, or of the configuration `.backout.yaml`.",
    "example\n  backout schema config > .vscode/backout.schema.json",
};

}  // namespace

int schema_command(Arguments arguments, const Streams& streams) {
  OptionList list;
  std::vector<std::string> words;
  if (const auto stop = parse_arguments(list, help, arguments, streams, words, 1)) return *stop;
  if (words.size() == 1 && words.front() == "report")
    return finish(streams, report::report_schema(), 0);
  if (words.size() == 1 && words.front() == "config")
    return finish(streams, report::config_schema(), 0);
  complain(streams, words.empty() ? "a schema is missing: `report` or `config`"
                                  : fmt::format("unknown schema `{}`; known are report and config",
                                                words.front()));
  return 2;
}

}  // namespace backout::cli
