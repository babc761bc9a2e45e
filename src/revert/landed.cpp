// Whether a branch holds the revert. A squash or rebase merge gives it another id, and a merge
// button another message, so there are three signs, the surest first.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "revert/merge.h"
#include "revert/revert.h"

namespace backout::revert {
namespace {

bool is_ancestor(const Clone& clone, const std::string& commit, const std::string& of) {
  const auto ran = run_git(clone, {"merge-base", "--is-ancestor", commit, of});
  return ran && ran->status == 0;
}

// Commits between the two that say "This reverts commit …", with what they say.
struct Saying {
  std::string by;
  std::vector<std::string> ids;
};
Result<std::vector<Saying>> sayings(const Clone& clone, const std::string& since,
                                    const std::string& tip) {
  constexpr std::string_view words = "This reverts commit ";
  TRY(const std::string text, ask_git(clone,
                                      {"-c", "log.showSignature=false", "log", "--fixed-strings",
                                       "--grep=" + std::string(words), "--encoding=UTF-8",
                                       "--format=%H%n%B%x00", tip, "^" + since, "--"},
                                      "cannot read the branch"));
  std::vector<Saying> out;
  for (std::string_view entry : split(text, '\0')) {
    while (entry.starts_with('\n')) entry.remove_prefix(1);
    Saying one{std::string(entry.substr(0, entry.find('\n'))), {}};
    for (std::size_t at = 0; (at = entry.find(words, at)) != std::string_view::npos;) {
      at += words.size();
      one.ids.emplace_back(entry.substr(at, since.size()));
    }
    if (!one.by.empty()) out.push_back(std::move(one));
  }
  return out;
}

using Paths = std::unordered_set<std::string>;

Result<Paths> different(const Clone& clone, const std::string& a, const std::string& b) {
  TRY(const std::string text,
      ask_git(clone, {"diff-tree", "-r", "-z", "--name-only", "--no-renames", a, b, "--"},
              "cannot compare the files"));
  Paths out;
  for (const std::string_view path : split(text, '\0')) out.emplace(path);
  return out;
}

bool has(const Paths& paths, const Touched& file) {
  return paths.count(file.path) != 0 || (!file.old_path.empty() && paths.count(file.old_path) != 0);
}

Result<bool> same_files(const Clone& clone, const Revert& revert, const std::string& tip) {
  if (revert.files.empty() || revert.steps.empty()) return false;
  TRY(const Paths found, different(clone, revert.steps.back().tree, tip + "^{tree}"));
  return std::none_of(revert.files.begin(), revert.files.end(),
                      [&](const Touched& file) { return has(found, file); });
}

}  // namespace

Result<bool> is_back(const Clone& clone, const Revert& revert, const std::string& tip) {
  if (revert.files.empty()) return false;
  TRY(const Paths found, different(clone, revert.onto + "^{tree}", tip + "^{tree}"));
  return std::any_of(revert.files.begin(), revert.files.end(),
                     [&](const Touched& file) { return !has(found, file); });
}

Result<Landing> landed(const Clone& clone, const Revert& revert, const std::string& commit,
                       const std::string& tip) {
  Landing out{false, {}, tip};
  if (tip == revert.onto) return out;
  TRY(const bool back, is_back(clone, revert, tip));
  if (back) return out;
  TRY(const std::vector<Saying> all, sayings(clone, revert.onto, tip));
  std::unordered_set<std::string> undone;  // reverts that were reverted themselves
  for (const Saying& one : all) undone.insert(one.ids.begin(), one.ids.end());

  if (!commit.empty() && has_commit(clone, commit) && is_ancestor(clone, commit, tip) &&
      undone.count(commit) == 0) {
    out.landed = true;
    out.by = fmt::format("commit {} is in it", brief(commit));
    return out;
  }
  std::unordered_set<std::string> said;
  std::string by;
  for (const Saying& one : all) {
    if (undone.count(one.by) != 0) continue;
    said.insert(one.ids.begin(), one.ids.end());
    if (by.empty()) by = one.by;
  }
  std::size_t wanted = 0, found = 0;
  for (const Step& step : revert.steps)
    for (const std::string& id : step.reverts) ++wanted, found += said.count(id);
  if (wanted > 0 && found == wanted) {
    out.landed = true;
    out.by = fmt::format("commit {} says that it reverts it", brief(by));
    return out;
  }
  TRY(const bool same, same_files(clone, revert, tip));
  if (same) {
    out.landed = true;
    out.by = fmt::format("at {} the files are as the revert leaves them", brief(tip));
  }
  return out;
}

}  // namespace backout::revert
