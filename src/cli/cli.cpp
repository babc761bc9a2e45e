#include "cli/cli.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/drive.h"
#include "core/config.h"
#include "core/version.h"

namespace backout::cli {
namespace {

constexpr Command table[] = {
    {"check", "judge what a change adds to its base, from git", check_command},
    {"lint", "judge files and folders without git", lint_command},
    {"preflight", "tell whether code may go back, and what has to come first", preflight_command},
    {"revert", "take commits back: a branch, a push, a pull request; no file is touched",
     revert_command},
    {"approve", "let a break of a migration pass: write its entry to the ledger", approve_command},
    {"audit", "all exceptions of the history: approvals, annotations, ignore comments",
     audit_command},
    {"app",
     "what Argo CD deployed of an application, and what runs now; pause and resume auto-sync",
     app_command},
    {"rollback", "take an Argo CD application back, and keep it there", rollback_command},
    {"sync", "deploy an Argo CD application, and wait until it is healthy", sync_command},
    {"rollout", "abort, promote, pause or undo the update of an Argo Rollout", rollout_command},
    {"resume", "go on with an operation that was stopped, killed, or waits", resume_command},
    {"undo", "take an open operation back", undo_command},
    {"status", "open operations, and what is off because of them", status_command},
    {"verify", "watch Prometheus until a service has recovered, or has not", verify_command},
    {"simulate", "a canary's timeline: weights, gates, exposure, what its gates can see",
     simulate_command},
    {"explain", "why a rule exists, what to do instead, with a failing and a passing example",
     explain_command},
    {"rules", "all rules with their levels", rules_command},
    {"query", "what a PromQL query returns when there is no data", query_command},
    {"condition", "what the conditions of a metric make of a measured value", condition_command},
    {"runbooks", "runbooks that do not rot: when each last worked, what in it is gone",
     runbooks_command},
    {"drill", "practise the runbook that is due, with a stop-watch and a record", drill_command},
    {"plan", "commands and manifests for a person to run; executes nothing", plan_command},
    {"schema", "the JSON Schema of the report or of the configuration", schema_command},
};

std::string version_line() {
  return fmt::format("backout {} ({}), PostgreSQL {} grammar\n", version(), commit(), grammar());
}

// "  name  summary" a line.
std::string list_of(std::span<const Command> commands) {
  std::size_t width = 0;
  for (const Command& command : commands) width = std::max(width, command.name.size());
  std::string text;
  for (const Command& command : commands)
    text += fmt::format("  {:<{}}  {}\n", command.name, width, command.summary);
  return text;
}

std::string usage_text() {
  std::string text =
      "backout: can this change be backed out?\n\n"
      "Compares the schema the previous release was built for with the schema after a\n"
      "change, and says what of the previous release would stop working and which data a\n"
      "rollback could not get back. Reads files and git; needs no database.\n"
      "When a release has to go back, it says whether the code may, and takes it back with\n"
      "a plan that is shown first and a journal that survives a crash.\n\n"
      "usage: backout COMMAND [options]\n\n";
  text += list_of(table);
  text +=
      "\n  backout COMMAND --help  options and examples of a command\n"
      "  backout --version       version, commit and PostgreSQL grammar\n\n"
      "exit codes\n"
      "  0  pass\n"
      "  1  blocked by findings; refused, failed\n"
      "  2  wrong usage or configuration\n"
      "  3  undecided: something could not be looked at, which is never a pass\n";
  return text;
}

// `program`: "backout", or with a command whose subcommands are meant.
int unknown_command(std::string_view program, std::string_view name,
                    std::span<const Command> commands, const Streams& streams) {
  std::vector<std::string_view> names;
  for (const Command& command : commands) names.push_back(command.name);
  const std::string_view near = nearest(name, names);
  complain(streams,
           fmt::format("unknown {} `{}`; {}", name.starts_with('-') ? "option" : "command", name,
                       near.empty() ? fmt::format("`{} --help` lists the commands", program)
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
  for (const Command& command : table) {
    if (command.name != name) continue;
    if (name != "status" && name != "resume" && name != "undo") remind(streams);
    return command.run(arguments.subspan(1), streams);
  }
  return unknown_command("backout", name, table, streams);
}

int run_subcommand(std::string_view parent, std::string_view about,
                   std::span<const Command> subcommands, Arguments arguments,
                   const Streams& streams) {
  const std::string program = fmt::format("backout {}", parent);
  if (arguments.empty()) {
    complain(streams,
             fmt::format("a command is missing behind `{0}`; `{0} --help` lists them", program));
    return 2;
  }
  const std::string_view name = arguments.front();
  if (name == "--help" || name == "-h")
    return finish(streams,
                  fmt::format("usage: {0} COMMAND [options]\n\n{1}\n\n{2}\noptions\n"
                              "  -h, --help  this text\n\n"
                              "`{0} COMMAND --help` gives options and examples of a command\n",
                              program, about, list_of(subcommands)),
                  0);
  for (const Command& command : subcommands)
    if (command.name == name) return command.run(arguments.subspan(1), streams);
  return unknown_command(program, name, subcommands, streams);
}

std::optional<OptionNames> accepted_by(std::span<const std::string_view> words) {
  if (words.empty()) return std::nullopt;
  std::vector<std::string> owned(words.begin() + 1, words.end());
  std::vector<const char*> rest;
  for (const std::string& word : owned) rest.push_back(word.c_str());
  for (const Command& command : table) {
    if (command.name != words.front()) continue;
    OptionNames out;
    (void)command.run(rest, {-1, -1, -1, &out});
    if (out.empty()) return std::nullopt;  // no such subcommand
    return out;
  }
  return std::nullopt;
}

}  // namespace backout::cli
