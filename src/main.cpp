// The only place that leaves the process. A closed pipe is an error of write(), not a signal.
#include <csignal>

#include "cli/cli.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const backout::cli::Arguments arguments(argv, static_cast<std::size_t>(argc));
  return backout::cli::run(arguments.empty() ? arguments : arguments.subspan(1), {});
}
