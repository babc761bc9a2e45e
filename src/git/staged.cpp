// The plain index is read here. Split, sparse and later ones git lists for us, as the difference to
// the empty tree.
#include "git/staged.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

#include "git/command.h"
#include "git/index_file.h"
#include "git/revision.h"

namespace backout::git {
namespace {

constexpr std::size_t output_limit = std::size_t{1} << 30;
constexpr std::string_view empty_tree =
    "4b825dc642cb6eb9a060e54bf8d69288fbee4904";  // known to every git

// No file: nothing is staged, as in a new repository.
Result<std::string> read_file(const std::string& path) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (file == nullptr && errno == ENOENT) return std::string();
  struct stat status {};
  if (file == nullptr || ::fstat(::fileno(file.get()), &status) != 0 || !S_ISREG(status.st_mode))
    return fail(ErrorKind::undecided,
                fmt::format("cannot read the index `{}`: {}", path, std::strerror(errno)));
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file.get()));
  return bytes;
}

// One record: ":OLDMODE NEWMODE OLDID NEWID STATUS\0PATH\0", modes of 6 octal digits, ids of 40
// hexadecimal ones.
Result<Tree> parse_raw(std::string_view output) {
  Tree tree;
  while (!output.empty()) {
    std::size_t end = output.find('\0');
    std::size_t path_end = end == std::string_view::npos ? end : output.find('\0', end + 1);
    if (path_end == std::string_view::npos || end < 98 || output[0] != ':')
      return fail(ErrorKind::internal, "`git diff-index` prints a record in an unknown form");
    std::string_view record = output.substr(0, end);
    std::string_view path = output.substr(end + 1, path_end - end - 1);
    output.remove_prefix(path_end + 1);
    if (record[97] == 'U') return tl::unexpected(conflict_error(path));
    std::uint32_t mode = 0;
    for (char digit : record.substr(8, 6))
      mode = mode * 8 + static_cast<std::uint32_t>(digit - '0');
    auto blob = parse_oid(record.substr(56, 40));
    if (!blob)
      return fail(ErrorKind::internal, "`git diff-index` prints a record in an unknown form");
    tree.entries.push_back({std::string(path), mode, *blob});
  }
  return tree;
}

Result<Tree> ask_git(const Repository& repository) {
  auto listed = run({"diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev",
                     "--ita-invisible-in-index", std::string(empty_tree)},
                    {{"GIT_DIR", repository.git_dir}, {"GIT_INDEX_FILE", repository.index_file}},
                    output_limit);
  if (listed && listed->status == 0) return parse_raw(listed->output);
  return fail(ErrorKind::undecided,
              fmt::format("cannot read the index `{}`: {}", repository.index_file,
                          listed ? listed->errors : listed.error().message));
}

Result<IndexFile> read_index(const Repository& repository) {
  TRY(std::string bytes, read_file(repository.index_file));
  if (bytes.empty()) return IndexFile{};
  TRY(std::optional<IndexFile> index, parse_index(bytes));
  if (index) return *std::move(index);
  TRY(Tree files, ask_git(repository));
  return IndexFile{std::move(files), {}};
}

}  // namespace

Result<Staged> staged(const Repository& repository) {
  TRY(IndexFile index, read_index(repository));
  TRY(std::optional<Commit> commit, head(repository));
  Tree before;
  if (commit) {
    // Most directories are as git last wrote or read them: their files need no reading.
    Known known{index.files, index.directories};
    TRY(before, list(repository, commit->tree, default_listing_bytes, &known));
  }
  return Staged{std::move(before), std::move(index.files)};
}

}  // namespace backout::git
