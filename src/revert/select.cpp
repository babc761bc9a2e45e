#include "revert/select.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <unordered_set>

namespace backout::revert {
namespace {

std::vector<std::string> owned(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view line : split(text, '\n')) out.emplace_back(line);
  return out;
}

Error too_many() {
  return {ErrorKind::usage,
          fmt::format("more than {} commits are named; `--to REV` restores a state instead",
                      most_commits)};
}

struct Named {
  std::vector<std::string> ids;
  bool range = false;
};

Result<Named> expand(const Clone& clone, const std::string& word, unsigned mainline) {
  const std::size_t dots = word.find("..");
  if (dots == std::string::npos) {
    TRY(std::string id, resolve(clone, word));
    return Named{{std::move(id)}, false};
  }
  if (word.compare(dots, 3, "...") == 0)
    return fail(
        ErrorKind::usage,
        fmt::format("`{}` has two sides; a range to take back is written `OLD..NEW`", word));
  const std::string from = word.substr(0, dots), to = word.substr(dots + 2);
  TRY(const std::string old_end, resolve(clone, from.empty() ? "HEAD" : from));
  TRY(const std::string new_end, resolve(clone, to.empty() ? "HEAD" : to));
  std::vector<std::string> words = {"rev-list", "--topo-order",
                                    fmt::format("--max-count={}", most_commits + 1)};
  if (mainline != 0) words.emplace_back("--first-parent");
  words.insert(words.end(), {new_end, "^" + old_end, "--"});
  TRY(const std::string text,
      ask_git(clone, std::move(words), fmt::format("cannot list the commits of `{}`", word)));
  Named out{owned(text), true};
  if (out.ids.empty())
    return fail(ErrorKind::usage,
                fmt::format("`{}` is empty: `{}` has no commit that `{}` has not; a range is "
                            "written `OLD..NEW`",
                            word, to.empty() ? "HEAD" : to, from.empty() ? "HEAD" : from));
  return out;
}

// Children before parents.
Result<std::vector<std::string>> newest_first(const Clone& clone, std::vector<std::string> ids) {
  if (ids.size() < 2) return ids;
  std::vector<std::string> words = {"merge-base", "--octopus"};
  words.insert(words.end(), ids.begin(), ids.end());
  TRY(const git::CommandResult ran, run_git(clone, std::move(words)));
  words = {"rev-list", "--topo-order"};
  words.insert(words.end(), ids.begin(), ids.end());
  if (ran.status == 0)  // what lies behind all of them need not be walked
    for (const std::string& line : owned(ran.output)) words.push_back("^" + line + "^@");
  words.emplace_back("--");
  TRY(const std::string text, ask_git(clone, std::move(words), "cannot order the commits"));
  const std::unordered_set<std::string_view> wanted(ids.begin(), ids.end());
  std::vector<std::string> out;
  for (const std::string_view line : split(text, '\n'))
    if (wanted.count(line) != 0) out.emplace_back(line);
  if (out.size() != ids.size())
    return fail(ErrorKind::undecided, "cannot order the commits: history is incomplete here");
  return out;
}

// "1 is 1a2b3c4d5e `subject`, …", for a person to choose.
Result<std::string> parents_of(const Clone& clone, const Commit& merge) {
  TRY(const std::vector<Commit> parents, read_commits(clone, merge.parents));
  std::string out;
  for (std::size_t i = 0; i < parents.size(); ++i)
    out += fmt::format("{}`--mainline {}` goes back to {} \"{:.60}\"", i == 0 ? "" : ", ", i + 1,
                       brief(parents[i].id), parents[i].subject());
  return out;
}

Result<void> check_merges(const Clone& clone, const std::vector<Commit>& commits, unsigned mainline,
                          bool range) {
  const auto is_merge = [](const Commit& commit) { return commit.parents.size() > 1; };
  for (const Commit& commit : commits) {
    if (!is_merge(commit)) {
      if (mainline == 0 || range || std::any_of(commits.begin(), commits.end(), is_merge)) continue;
      return fail(ErrorKind::usage,
                  fmt::format("`--mainline` is for merges, and {} \"{:.60}\" is none",
                              brief(commit.id), commit.subject()));
    }
    if (mainline == 0 && range)
      return fail(ErrorKind::usage,
                  fmt::format("the range holds the merge {} \"{:.60}\"; `--mainline 1` takes each "
                              "merge back as a whole, along first parents",
                              brief(commit.id), commit.subject()));
    if (mainline > commit.parents.size() || mainline == 0) {
      TRY(const std::string choice, parents_of(clone, commit));
      return fail(
          ErrorKind::usage,
          fmt::format("{} \"{:.60}\" is a merge{}; say which parent stays: {} (the first is "
                      "the branch it was merged into)",
                      brief(commit.id), commit.subject(),
                      mainline == 0 ? std::string() : fmt::format(" of {}", commit.parents.size()),
                      choice));
    }
  }
  return {};
}

Result<void> check_edge(const Clone& clone, const std::vector<Commit>& commits) {
  if (!clone.shallow) return {};
  std::ifstream file(clone.common_dir + "/shallow");
  const std::unordered_set<std::string> edge{std::istream_iterator<std::string>(file),
                                             std::istream_iterator<std::string>()};
  for (const Commit& commit : commits)
    if (edge.count(commit.id) != 0)
      return fail(ErrorKind::undecided,
                  fmt::format("what {} \"{:.60}\" changed is not known: this clone is shallow and "
                              "has not its parent; {}",
                              brief(commit.id), commit.subject(),
                              clone.libgit2 ? clone.libgit2->deepen_remedy
                                            : "run `git fetch --unshallow`"));
  return {};
}

}  // namespace

Result<void> pin(const Clone& clone, Request& request) {
  const auto id_of = [&](const std::string& name) {
    return resolve(clone, name.empty() ? "HEAD" : name);
  };
  for (std::string& word : request.revisions) {
    const std::size_t dots = word.find("..");
    if (word.compare(std::min(dots, word.size()), 3, "...") == 0) continue;  // refused later
    TRY(const std::string first, id_of(word.substr(0, dots)));
    if (dots == std::string::npos) {
      word = first;
    } else {
      TRY(const std::string second, id_of(word.substr(dots + 2)));
      word = first + ".." + second;
    }
  }
  for (std::string* one : {&request.restore, &request.onto})
    if (!one->empty()) {
      TRY(*one, resolve(clone, *one));
    }
  return {};
}

std::optional<std::size_t> kept_parent(const Commit& commit, unsigned mainline) {
  if (commit.parents.empty()) return std::nullopt;
  return commit.parents.size() > 1 ? mainline - 1 : 0;
}

Result<std::vector<Commit>> select(const Clone& clone, const Request& request) {
  if (request.revisions.empty()) return fail(ErrorKind::usage, "no commit is named");
  std::vector<std::string> ids;
  std::unordered_set<std::string> seen;
  bool range = false;
  for (const std::string& word : request.revisions) {
    TRY(const Named named, expand(clone, word, request.mainline));
    range |= named.range;
    for (const std::string& id : named.ids)
      if (seen.insert(id).second) ids.push_back(id);
    if (ids.size() > most_commits) return tl::unexpected(too_many());
  }
  if (range && request.mainline > 1)
    return fail(ErrorKind::usage, "a range follows first parents: `--mainline 1`");
  TRY(ids, newest_first(clone, std::move(ids)));
  TRY(std::vector<Commit> commits, read_commits(clone, ids));
  TRY_VOID(check_edge(clone, commits));
  TRY_VOID(check_merges(clone, commits, request.mainline, range));
  return commits;
}

}  // namespace backout::revert
