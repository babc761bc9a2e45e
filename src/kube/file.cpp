#include "kube/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace backout::kube {
namespace {

constexpr std::size_t most_bytes = std::size_t{4} << 20;

struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

}  // namespace

Result<std::optional<std::string>> read_small_file(const std::string& path, std::string_view what,
                                                   bool may_be_missing) {
  const auto unreadable = [&](int error) {
    return fail(ErrorKind::input,
                fmt::format("cannot read {} `{}`: {}", what, path, std::strerror(error)));
  };
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.fd < 0) {
    if (may_be_missing && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
    return unreadable(errno);
  }
  struct stat status {};
  if (::fstat(file.fd, &status) != 0) return unreadable(errno);
  if (!S_ISREG(status.st_mode)) return unreadable(S_ISDIR(status.st_mode) ? EISDIR : EINVAL);
  std::string bytes;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t count = ::read(file.fd, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unreadable(errno);
    if (count == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
    if (bytes.size() > most_bytes) return unreadable(EFBIG);
  }
}

}  // namespace backout::kube
