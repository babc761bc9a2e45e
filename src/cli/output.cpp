// Everything the program writes leaves through here, in as few writes as the system allows.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/cli.h"
#include "report/escape.h"

namespace backout::cli {
namespace {

// 0, or the error number.
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

int failed(const Streams& streams, std::string_view where, int error) {
  complain(streams, fmt::format("cannot write the report to {}: {}", where, std::strerror(error)));
  return 3;
}

}  // namespace

int finish(const Streams& streams, std::string_view text, int exit_code) {
  const int error = write_all(streams.out, text);
  return error == 0 || error == EPIPE ? exit_code : failed(streams, "standard output", error);
}

int finish_file(const Streams& streams, const std::string& path, std::string_view text,
                int exit_code) {
  if (path == "-") return finish(streams, text, exit_code);
  const std::string shown = fmt::format("`{}`", path);
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return failed(streams, shown, errno);
  int error = write_all(fd, text);
  if (::close(fd) != 0 && error == 0) error = errno;
  return error == 0 ? exit_code : failed(streams, shown, error);
}

void complain(const Streams& streams, std::string_view message) {
  std::string line = "backout: ";
  report::append_visible(line, message);
  line += '\n';
  (void)write_all(streams.err, line);
}

}  // namespace backout::cli
