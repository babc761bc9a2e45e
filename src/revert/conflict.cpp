// `git merge-file` makes the hunks from the three versions, in a private folder: the same with
// either engine.
#include "revert/conflict.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/private_folder.h"

namespace backout::revert {
namespace {

constexpr std::size_t most_files = 50, most_later = 5;
constexpr std::size_t context = 2;  // lines around a conflict
constexpr std::uint32_t plain_file = 0100000, type_bits = 0170000;

bool is_plain(const std::optional<git::MergeSide>& side) {
  return !side || (side->mode & type_bits) == plain_file;
}

// The stretches with markers, each with some lines around it.
std::vector<std::string> hunks_of(std::string_view merged) {
  std::vector<std::string_view> lines = split(merged, '\n');
  std::vector<std::string> out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].starts_with("<<<<<<< ")) continue;
    std::size_t end = i;
    while (end < lines.size() && !lines[end].starts_with(">>>>>>> ")) ++end;
    std::string hunk;
    const std::size_t last = std::min(lines.size(), end + 1 + context);
    for (std::size_t j = i - std::min(i, context); j < last; ++j) {
      if (j > end && lines[j].starts_with("<<<<<<< ")) break;
      hunk += lines[j];
      hunk += '\n';
    }
    out.push_back(std::move(hunk));
    i = end;
  }
  return out;
}

std::string sentence(const git::MergeConflict& one, const Commit& reverted) {
  const std::string id = brief(reverted.id);
  if (!one.ours && one.ancestor)
    return one.theirs ? fmt::format("deleted or moved since {}, which changed it", id)
                      : fmt::format("moved since {}", id);
  if (!one.theirs && one.ours)
    return one.ancestor ? fmt::format("changed since {}, which brought it", id)
                        : fmt::format("brought or moved since {}", id);
  if (!one.ours) return fmt::format("in the way of what {} deleted or moved", id);
  if (!one.ancestor) return fmt::format("brought again since {} deleted it", id);
  if (one.ours->mode != one.theirs->mode && one.ours->blob == one.ancestor->blob)
    return fmt::format("its mode was changed since {}", id);
  if (!is_plain(one.ours) || !is_plain(one.theirs))
    return fmt::format("a link or submodule that was changed since {}", id);
  return fmt::format("the lines of {} were changed since", id);
}

Result<std::vector<std::string>> hunks(const Clone& clone, const git::MergeConflict& one,
                                       const Commit& reverted, const std::string& onto,
                                       std::string& what) {
  const PrivateFolder folder;
  std::vector<std::string> files;
  for (const auto* side : {&one.ours, &one.ancestor, &one.theirs}) {
    std::string bytes;
    if (*side) {
      TRY(const git::CommandResult ran, run_git(clone, {"cat-file", "blob", (*side)->blob}));
      if (ran.status != 0)
        return fail(ErrorKind::undecided,
                    fmt::format("cannot read `{}`: {}", (*side)->path, ran.errors));
      bytes = ran.output;
    }
    files.push_back(folder.write(fmt::format("{}", files.size()), bytes));
    if (files.back().empty()) return fail(ErrorKind::undecided, "cannot write a temporary file");
  }
  TRY(const git::CommandResult ran,
      run_git(clone, {"merge-file", "-p", "-q", "--diff3", "-L", "now, at " + brief(onto), "-L",
                      "as " + brief(reverted.id) + " left it", "-L", "before " + brief(reverted.id),
                      files[0], files[1], files[2]}));
  if (ran.status >= 128) {
    what += " (binary)";
    return std::vector<std::string>();
  }
  return hunks_of(ran.output);
}

Result<std::vector<std::string>> later(const Clone& clone, const std::string& path,
                                       const Commit& reverted, const std::string& onto) {
  std::vector<std::string> out;
  TRY(const git::CommandResult ran,
      run_git(clone, {"-c", "log.showSignature=false", "log", "--format=%H %s",
                      fmt::format("--max-count={}", most_later + 1), onto, "^" + reverted.id, "--",
                      ":(top,literal)" + path}));
  for (const std::string_view line : split(ran.output, '\n')) {
    const std::size_t blank = std::min(line.find(' '), line.size());
    if (out.size() == most_later) {
      out.emplace_back("…");
      break;
    }
    out.push_back(brief(line.substr(0, blank)) + std::string(line.substr(blank)));
  }
  return out;
}

}  // namespace

Result<std::vector<Conflict>> describe(const Clone& clone,
                                       const std::vector<git::MergeConflict>& all,
                                       const Commit& reverted, const std::string& onto) {
  std::vector<Conflict> out;
  for (const git::MergeConflict& one : all) {
    const git::MergeSide& any = one.ours ? *one.ours : one.theirs ? *one.theirs : *one.ancestor;
    Conflict conflict{any.path, sentence(one, reverted), {}, {}};
    if (out.size() < most_files) {
      if (one.ours && one.theirs && is_plain(one.ours) && is_plain(one.theirs) &&
          is_plain(one.ancestor)) {
        TRY(conflict.hunks, hunks(clone, one, reverted, onto, conflict.what));
      }
      TRY(conflict.later, later(clone, any.path, reverted, onto));
    }
    out.push_back(std::move(conflict));
  }
  return out;
}

}  // namespace backout::revert
