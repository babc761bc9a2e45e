#include "input/worktree.h"

#include <algorithm>
#include <filesystem>

#include "git/command.h"
#include "git/repository.h"
#include "input/disk.h"

namespace backout {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_listing = std::size_t{512} << 20;  // bytes

Result<std::vector<std::string>> listed_by_git(const std::string& top) {
  TRY(const git::CommandResult listing,
      git::run({"-C", top, "ls-files", "-z", "--cached", "--others", "--exclude-standard"}, {},
               most_listing));
  if (listing.status != 0)
    return fail(ErrorKind::undecided, "git cannot list the files here: " + listing.errors);
  std::vector<std::string> out;
  std::string_view rest = listing.output;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\0'), rest.size());
    out.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

}  // namespace

Result<Worktree> open_worktree() {
  Worktree out;
  const auto repository = git::open(".", git::process_environment());
  if (repository && repository->work_dir.empty())
    return fail(ErrorKind::usage, "this is a bare repository: it has no files to read");
  if (repository) {
    out.top = repository->work_dir;
    out.prefix = repository->prefix;
    TRY(out.paths, listed_by_git(out.top));
  } else if (repository.error().kind != ErrorKind::usage) {
    return tl::unexpected(repository.error());
  } else {
    TRY(const DiskFiles files, disk_files({"."}, Limits{}, 1));
    out.paths = files.files.paths;
  }
  std::sort(out.paths.begin(), out.paths.end());
  out.paths.erase(std::unique(out.paths.begin(), out.paths.end()), out.paths.end());
  return out;
}

sql::Peeked read(const Worktree& worktree, const std::string& path, std::uint64_t limit) {
  return read_regular_file(worktree.top + path, limit);
}

std::optional<std::string> from_top(const Worktree& worktree, std::string_view path) {
  fs::path full(path);
  if (full.is_absolute()) {
    std::error_code error;
    const fs::path top = worktree.top.empty() ? fs::current_path(error) : fs::path(worktree.top);
    full = full.lexically_relative(top);
  } else {
    full = fs::path(worktree.prefix) / full;
  }
  std::string out = full.lexically_normal().generic_string();
  while (out.ends_with('/')) out.pop_back();
  if (out == ".") out.clear();
  if (out == ".." || out.starts_with("../")) return std::nullopt;
  return out;
}

}  // namespace backout
