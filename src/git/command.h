// Runs the `git` program, for the few things libgit2 cannot read (split and sparse indexes, shallow
// history, git's own rule about foreign repositories), and the programs that check signatures.
// Arguments go to the program as they are: no shell.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"

namespace backout::git {

struct CommandResult {
  int status = 0;      // exit status; 128 + n when killed by signal n
  std::string output;  // standard output
  std::string errors;  // standard error, at most 64 KiB
};

using Variables = std::vector<std::pair<std::string, std::string>>;

// `variables` replace those of our own environment. Never asks, never reads standard input, fetches
// nothing, runs no program the repository configures. undecided: there is no `git`, or more output
// than `limit` bytes.
Result<CommandResult> run(const std::vector<std::string>& arguments, const Variables& variables,
                          std::size_t limit);

// The same for another program; `words` begins with its name, `input` is a file that it reads.
Result<CommandResult> run_program(std::vector<std::string> words, const Variables& variables,
                                  std::size_t limit, const std::string& input = "/dev/null");

// A program with all there is to say about how it is run.
struct Program {
  std::vector<std::string> words;      // begins with its name
  Variables variables{};               // also over what we set for every child
  std::vector<std::string> without{};  // variables of our environment that it does not get
  std::string input = "/dev/null";     // a file
  std::size_t limit = std::size_t{256} << 20;
  // A program that may want to talk to the user: nothing is set on top of our environment but
  // `variables`, its standard error is ours, and with `interactive` its standard input, too.
  bool for_user = false, interactive = false;
  // undecided, when it has not ended by then; 0: as long as it takes.
  std::chrono::milliseconds within{0};
};
Result<CommandResult> run_program(Program program);

}  // namespace backout::git
