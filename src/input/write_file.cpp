#include "input/write_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace backout {
namespace {

tl::unexpected<Error> cannot_write(const std::string& path, int error) {
  return fail(ErrorKind::input, fmt::format("cannot write `{}`: {}", path, std::strerror(error)));
}

// 0, or the error number.
int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(fd) == 0 ? 0 : errno;
}

}  // namespace

Result<PendingFile> PendingFile::write(const std::string& path, std::string_view bytes) {
  std::string temporary = path + ".XXXXXX";
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return cannot_write(path, errno);
  PendingFile out(path, std::move(temporary));
  struct stat status {};
  mode_t mode = 0666;
  if (::lstat(path.c_str(), &status) == 0) {
    mode = status.st_mode & 07777;
  } else {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    mode &= ~mask;
  }
  (void)::fchmod(fd, mode);
  const int error = write_all(fd, bytes);
  ::close(fd);
  if (error != 0) return cannot_write(path, error);
  return out;
}

PendingFile::PendingFile(PendingFile&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, {})) {}

PendingFile::~PendingFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<void> PendingFile::replace() {
  struct stat status {};
  if (::lstat(path_.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
    return fail(ErrorKind::input, fmt::format("`{}` is no regular file", path_));
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return cannot_write(path_, errno);
  temporary_.clear();
  return {};
}

Result<bool> PendingFile::put_new(const std::string& path) {
  if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0) {
    temporary_.clear();
    return true;
  }
  if (errno == EEXIST) return false;
  // Not every file system knows that; a link fails as well where the name is taken.
  if (::link(temporary_.c_str(), path.c_str()) == 0) {
    ::unlink(temporary_.c_str());
    temporary_.clear();
    return true;
  }
  if (errno == EEXIST) return false;
  return cannot_write(path, errno);
}

struct HoldSignals::Before {
  sigset_t mask;
};

HoldSignals::HoldSignals() : before_(new Before) {
  sigset_t all;
  sigemptyset(&all);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) sigaddset(&all, signal);
  ::pthread_sigmask(SIG_BLOCK, &all, &before_->mask);
}

HoldSignals::~HoldSignals() {
  ::pthread_sigmask(SIG_SETMASK, &before_->mask, nullptr);
  delete before_;
}

}  // namespace backout
