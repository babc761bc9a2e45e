// `git merge-tree` takes commits and finds their merge base (a base of one's own only from git
// 2.40 on), so the three trees are wrapped in three commits without a branch: garbage for git's
// next clean-up.
#include "revert/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "core/private_folder.h"

namespace backout::revert {
namespace {

const git::Variables nobody = {{"GIT_AUTHOR_NAME", "backout"},
                               {"GIT_AUTHOR_EMAIL", "backout@localhost"},
                               {"GIT_AUTHOR_DATE", "@0 +0000"},
                               {"GIT_COMMITTER_NAME", "backout"},
                               {"GIT_COMMITTER_EMAIL", "backout@localhost"},
                               {"GIT_COMMITTER_DATE", "@0 +0000"}};

Result<std::string> wrap(const Clone& clone, const std::string& tree, const std::string& parent,
                         const char* message) {
  std::vector<std::string> words = {"commit-tree", "-m", message};
  if (!parent.empty()) words.insert(words.end(), {"-p", parent});
  words.push_back(tree);
  return ask_git(clone, std::move(words), "cannot write to the repository", nobody);
}

// Settings under which git merges as libgit2 does. Programs that the configuration names for merges
// are replaced by git's own text merge, which is what libgit2 does for them: nothing is run that
// the user does not expect from a revert.
git::Variables settings(const Clone& clone) {
  git::Variables all = {{"merge.directoryRenames", "false"},
                        {"merge.renames", "true"},
                        {"merge.renormalize", "false"},
                        {"merge.conflictStyle", "merge"}};
  const auto drivers =
      run_git(clone, {"config", "--name-only", "-z", "--get-regexp", "^merge\\..*\\.driver$"});
  if (drivers && drivers->status == 0)
    for (const std::string_view name : split(drivers->output, '\0'))
      all.emplace_back(name, "git merge-file -q %A %O %B");
  std::size_t count = 0;  // a CI may hand over settings of its own in this way
  if (const char* present = std::getenv("GIT_CONFIG_COUNT"); present != nullptr)
    std::from_chars(present, present + std::strlen(present), count);
  git::Variables out;
  for (const auto& [name, value] : all) {
    out.emplace_back(fmt::format("GIT_CONFIG_KEY_{}", count), name);
    out.emplace_back(fmt::format("GIT_CONFIG_VALUE_{}", count++), value);
  }
  out.emplace_back("GIT_CONFIG_COUNT", std::to_string(count));
  return out;
}

// "100644 ID 2\tPATH".
bool read_stage(std::string_view line, std::vector<git::MergeConflict>& conflicts) {
  const std::size_t tab = line.find('\t');
  if (tab == std::string_view::npos) return false;
  const std::vector<std::string_view> words = split(line.substr(0, tab), ' ');
  if (words.size() != 3) return false;
  git::MergeSide side{std::string(line.substr(tab + 1)), 0, std::string(words[1])};
  std::from_chars(words[0].data(), words[0].data() + words[0].size(), side.mode, 8);
  const auto is_same = [&](const git::MergeConflict& one) {
    for (const auto* each : {&one.ancestor, &one.ours, &one.theirs})
      if (*each && (*each)->path == side.path) return true;
    return false;
  };
  if (conflicts.empty() || !is_same(conflicts.back())) conflicts.emplace_back();
  auto& place = words[2] == "1"   ? conflicts.back().ancestor
                : words[2] == "2" ? conflicts.back().ours
                                  : conflicts.back().theirs;
  place = std::move(side);
  return true;
}

}  // namespace

Result<std::string> tree_of(const Clone& clone, const std::string& commit) {
  return ask_git(clone, {"rev-parse", "--verify", "--end-of-options", commit + "^{tree}"},
                 fmt::format("cannot read commit {}", brief(commit)));
}

Result<std::string> empty_tree(const Clone& clone) {
  return ask_git(clone, {"hash-object", "-t", "tree", "-w", "--stdin"},
                 "cannot write to the repository");
}

Result<git::Merged> merge_by_git(const Clone& clone, const Trees& trees) {
  TRY(const std::string base, wrap(clone, trees.ancestor, {}, "ancestor"));
  TRY(const std::string ours, wrap(clone, trees.ours, base, "ours"));
  TRY(const std::string theirs, wrap(clone, trees.theirs, base, "theirs"));
  TRY(const git::CommandResult ran,
      run_git(clone, {"merge-tree", "--write-tree", "-z", "--no-messages", ours, theirs},
              settings(clone)));
  const std::vector<std::string_view> fields = split(ran.output, '\0');
  if (ran.status > 1 || fields.empty() || fields[0].size() != trees.ours.size()) {
    // git before 2.38 has no merge without a worktree.
    if (ran.status == 129)
      return fail(ErrorKind::undecided,
                  "the `git` program is too old to merge without a worktree (2.38 does it)");
    return fail(ErrorKind::undecided, fmt::format("cannot merge: {}", ran.errors));
  }
  git::Merged out;
  if (ran.status == 0) {
    out.tree = fields[0];
    return out;
  }
  for (std::size_t i = 1; i < fields.size(); ++i)
    if (!fields[i].empty() && !read_stage(fields[i], out.conflicts))
      return fail(ErrorKind::undecided, "cannot merge: git's answer is not understood");
  return out;
}

Result<git::Merged> merge(const Clone& clone, const Trees& trees, std::string& engine) {
  std::string why = clone.why_not;
  if (clone.libgit2) {
    auto merged = git::merge_trees(*clone.libgit2, trees.ancestor, trees.ours, trees.theirs);
    if (merged) {
      engine = "libgit2";
      return merged;
    }
    why = merged.error().message;
  }
  auto merged = merge_by_git(clone, trees);
  if (!merged && !why.empty())
    return fail(merged.error().kind,
                fmt::format("{} (and libgit2: {})", merged.error().message, why));
  engine = "git, as libgit2 cannot: " + why;
  return merged;
}

Result<std::string> with_paths(const Clone& clone, const std::string& tree, const std::string& from,
                               const std::vector<std::string>& paths) {
  const PrivateFolder folder;
  const git::Variables index = {{"GIT_INDEX_FILE", folder.path() + "/index"}};
  const auto listing = [&](const std::string& of) {
    std::vector<std::string> words = {"--literal-pathspecs", "ls-tree", "-r", "-z",
                                      "--full-tree",         of,        "--"};
    words.insert(words.end(), paths.begin(), paths.end());
    return ask_git(clone, std::move(words), "cannot list the files");
  };
  TRY(const std::string gone, listing(tree));
  TRY(const std::string wanted, listing(from));
  std::string lines;
  const std::string zeros(tree.size(), '0');
  for (const std::string_view entry : split(gone, '\0'))
    lines += fmt::format("0 {}\t{}", zeros, entry.substr(entry.find('\t') + 1)) + '\0';
  lines += wanted;
  const std::string input = folder.write("entries", lines);
  if (input.empty()) return fail(ErrorKind::undecided, "cannot write a temporary file");
  constexpr std::string_view doing = "cannot put the tree together";
  TRY_VOID(ask_git(clone, {"read-tree", tree}, doing, index));
  TRY_VOID(ask_git(clone, {"update-index", "-z", "--index-info"}, doing, index, input));
  return ask_git(clone, {"write-tree", "--missing-ok"}, doing, index);
}

}  // namespace backout::revert
