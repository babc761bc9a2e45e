// libgit2 reads the plain index. Split and sparse ones, and (before 1.8) those without a checksum
// (`index.skipHash`), it refuses; then git lists the index as a difference to the empty tree.
#include "git/staged.h"

#include <fmt/format.h>

#include <string_view>

#include "git/command.h"
#include "git/libgit2.h"

namespace backout::git {
namespace {

constexpr std::size_t output_limit = std::size_t{1} << 30;
constexpr std::string_view empty_tree =
    "4b825dc642cb6eb9a060e54bf8d69288fbee4904";  // known to every git

Error conflict(std::string_view path) {
  return {ErrorKind::undecided,
          fmt::format("`{}` has an unresolved conflict in the index; resolve it and `git add` it",
                      path)};
}

Result<Tree> read(git_index* index) {
  Tree tree;
  std::size_t count = git_index_entrycount(index);
  tree.entries.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const git_index_entry* entry = git_index_get_byindex(index, i);
    if (git_index_entry_stage(entry) != 0) return tl::unexpected(conflict(entry->path));
    if ((entry->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD) != 0) continue;
    tree.entries.push_back({entry->path, entry->mode, from_libgit2(entry->id)});
  }
  return tree;
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
    if (record[97] == 'U') return tl::unexpected(conflict(path));
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

Result<Tree> ask_git(const Repository& repository, const std::string& reason) {
  auto listed = run({"diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev",
                     "--ita-invisible-in-index", std::string(empty_tree)},
                    {{"GIT_DIR", repository.git_dir}, {"GIT_INDEX_FILE", repository.index_file}},
                    output_limit);
  if (listed && listed->status == 0) return parse_raw(listed->output);
  return fail(ErrorKind::undecided,
              fmt::format("cannot read the index `{}`: {}; {}", repository.index_file, reason,
                          listed ? listed->errors : listed.error().message));
}

}  // namespace

Result<Tree> staged(const Repository& repository) {
  Handle<git_index> index;
  if (git_index_open(index.out(), repository.index_file.c_str()) != 0)
    return ask_git(repository, last_error());
  return read(index.get());
}

}  // namespace backout::git
