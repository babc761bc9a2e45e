#include "cli/cli.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/config.h"
#include "core/version.h"

namespace backout::cli {
namespace {

constexpr Command table[] = {
    {"check", "judge what a change adds to its base, from git", check_command},
    {"lint", "judge files and folders without git", lint_command},
    {"preflight", "tell whether code may go back, and what has to come first", preflight_command},
    {"simulate", "a canary's timeline: weights, gates, exposure, what its gates can see",
     simulate_command},
    {"explain", "why a rule exists, what to do instead, with a failing and a passing example",
     explain_command},
    {"rules", "all rules with their levels", rules_command},
    {"query", "what a PromQL query returns when there is no data", query_command},
    {"condition", "what the conditions of a metric make of a measured value", condition_command},
    {"schema", "the JSON Schema of the report or of the configuration", schema_command},
};

std::string version_line() {
  return fmt::format("backout {} ({}), PostgreSQL {} grammar\n", version(), commit(), grammar());
}

std::string usage_text() {
  std::string text =
      "backout: can this change be backed out?\n\n"
      "Compares the schema the previous release was built for with the schema after a\n"
      "change, and says what of the previous release would stop working and which data a\n"
      "rollback could not get back. Reads files and git; needs no database.\n\n"
      "usage: backout COMMAND [options]\n\n";
  std::size_t width = 0;
  for (const Command& command : table) width = std::max(width, command.name.size());
  for (const Command& command : table)
    text += fmt::format("  {:<{}}  {}\n", command.name, width, command.summary);
  text +=
      "\n  backout COMMAND --help  options and examples of a command\n"
      "  backout --version       version, commit and PostgreSQL grammar\n\n"
      "exit codes\n"
      "  0  pass\n"
      "  1  blocked by findings\n"
      "  2  wrong usage or configuration\n"
      "  3  undecided: something could not be looked at, which is never a pass\n";
  return text;
}

int unknown_command(std::string_view name, const Streams& streams) {
  std::vector<std::string_view> names;
  for (const Command& command : table) names.push_back(command.name);
  const std::string_view near = nearest(name, names);
  complain(streams,
           fmt::format("unknown {} `{}`; {}", name.starts_with('-') ? "option" : "command", name,
                       near.empty() ? std::string("`backout --help` lists the commands")
                                    : fmt::format("did you mean `{}`?", near)));
  return 2;
}

}  // namespace

std::span<const Command> commands() { return table; }

int run(Arguments arguments, const Streams& streams) {
  if (arguments.empty()) {
    complain(streams, "a command is missing; `backout --help` lists them");
    return 2;
  }
  const std::string_view name = arguments.front();
  if (name == "--version" || name == "-V" || name == "version")
    return finish(streams, version_line(), 0);
  if (name == "--help" || name == "-h" || name == "help") return finish(streams, usage_text(), 0);
  for (const Command& command : table)
    if (command.name == name) return command.run(arguments.subspan(1), streams);
  return unknown_command(name, streams);
}

}  // namespace backout::cli
