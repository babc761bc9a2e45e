// The command line: a table of commands, each one function in a file of its own that takes what
// stands behind the command's name and returns the exit code. Nothing here leaves the process;
// tests call `run` with streams of their own. Exit codes: 0 pass, 1 blocked by findings, 2 wrong
// usage or configuration, 3 undecided (core/verdict.h).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"

namespace backout::cli {

// Options as a command declares them itself ("--format", "-o"), and whether each takes a value.
using OptionNames = std::map<std::string, bool, std::less<>>;

// File descriptors. With `describe` nothing runs: parse_arguments fills it in and ends the command,
// which is how the rest of the program can know every option without a second list of them.
struct Streams {
  int in = 0, out = 1, err = 2;
  OptionNames* describe = nullptr;
};

using Arguments = std::span<const char* const>;

struct Command {
  std::string_view name;
  std::string_view summary;  // one line
  int (*run)(Arguments arguments, const Streams& streams);
};
[[nodiscard]] std::span<const Command> commands();

// The whole program: `arguments` without the program's name.
[[nodiscard]] int run(Arguments arguments, const Streams& streams);

// The commands behind a command ("runbooks check"): `about` says what they are for.
[[nodiscard]] int run_subcommand(std::string_view parent, std::string_view about,
                                 std::span<const Command> table, Arguments arguments,
                                 const Streams& streams);
// What `backout WORDS…` accepts; words behind the command choose among its subcommands and are
// otherwise ignored. Nothing: there is no such command.
[[nodiscard]] std::optional<OptionNames> accepted_by(std::span<const std::string_view> words);

// Writes all of `text` and returns `exit_code`. A reader that went away (closed pipe) is none of
// our business; any other failure is reported on `err` and gives 3: a report that nobody can read
// decides nothing.
[[nodiscard]] int finish(const Streams& streams, std::string_view text, int exit_code);
// The same for a file, "-" being standard output.
[[nodiscard]] int finish_file(const Streams& streams, const std::string& path,
                              std::string_view text, int exit_code);
// All of standard input. Stops soon after more than `limit` bytes, which the caller refuses. input:
// it cannot be read.
[[nodiscard]] Result<std::string> standard_input(const Streams& streams, std::uint64_t limit);

// "backout: message" on `err`.
void complain(const Streams& streams, std::string_view message);

int check_command(Arguments arguments, const Streams& streams);
int approve_command(Arguments arguments, const Streams& streams);
int audit_command(Arguments arguments, const Streams& streams);
int lint_command(Arguments arguments, const Streams& streams);
int preflight_command(Arguments arguments, const Streams& streams);
int revert_command(Arguments arguments, const Streams& streams);
int app_command(Arguments arguments, const Streams& streams);
int simulate_command(Arguments arguments, const Streams& streams);
int explain_command(Arguments arguments, const Streams& streams);
int rules_command(Arguments arguments, const Streams& streams);
int condition_command(Arguments arguments, const Streams& streams);
int verify_command(Arguments arguments, const Streams& streams);
int query_command(Arguments arguments, const Streams& streams);
int schema_command(Arguments arguments, const Streams& streams);
int runbooks_command(Arguments arguments, const Streams& streams);
int drill_command(Arguments arguments, const Streams& streams);
int plan_command(Arguments arguments, const Streams& streams);
int rollout_command(Arguments arguments, const Streams& streams);
int resume_command(Arguments arguments, const Streams& streams);
int rollback_command(Arguments arguments, const Streams& streams);
int status_command(Arguments arguments, const Streams& streams);
int sync_command(Arguments arguments, const Streams& streams);
int undo_command(Arguments arguments, const Streams& streams);

}  // namespace backout::cli
