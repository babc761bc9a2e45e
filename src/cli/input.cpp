// Everything the program reads from standard input enters here.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/cli.h"

namespace backout::cli {

Result<std::string> standard_input(const Streams& streams, std::uint64_t limit) {
  std::string bytes;
  char buffer[1 << 16];
  for (;;) {
    const ssize_t got = read(streams.in, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return fail(ErrorKind::input,
                  fmt::format("cannot read standard input: {}", std::strerror(errno)));
    if (got == 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(got));
    if (bytes.size() > limit) return bytes;
  }
}

}  // namespace backout::cli
