// The program, killed (SIGKILL) around its n-th fsync, which is when a journal's line reaches the
// disk: MORTAL_BEFORE=3 or MORTAL_AFTER=3. MORTAL_COUNT names a file that gets a byte for each.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "cli/cli.h"

extern "C" int __real_fsync(int fd);  // NOLINT: the linker's names

static void die_at(const char* variable, int count) {
  const char* const wanted = std::getenv(variable);
  if (wanted != nullptr && std::atoi(wanted) == count) ::raise(SIGKILL);
}

extern "C" int __wrap_fsync(int fd);   // NOLINT
extern "C" int __wrap_fsync(int fd) {  // NOLINT
  static int count = 0;
  ++count;
  die_at("MORTAL_BEFORE", count);
  const int result = __real_fsync(fd);
  if (const char* const path = std::getenv("MORTAL_COUNT")) {
    const int file = ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file >= 0) (void)!::write(file, ".", 1);
    if (file >= 0) ::close(file);
  }
  die_at("MORTAL_AFTER", count);
  return result;
}

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const backout::cli::Arguments arguments(argv, static_cast<std::size_t>(argc));
  return backout::cli::run(arguments.empty() ? arguments : arguments.subspan(1), {});
}
