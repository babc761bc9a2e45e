// The half that changes something, step by step: commits without a branch, a branch that is only
// ever created, a push that never overwrites.
#include <fmt/format.h>

#include <algorithm>

#include "core/private_folder.h"
#include "revert/network.h"
#include "revert/revert.h"

namespace backout::revert {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

Error cannot_commit(const std::string& errors) {
  const auto says = [&](std::string_view words) { return errors.find(words) != std::string::npos; };
  if (says("tell me who you are") || says("unable to auto-detect") || says("empty ident"))
    return {ErrorKind::usage,
            "git does not know who you are; run `git config --global user.name NAME` and `git "
            "config --global user.email ADDRESS`"};
  return {ErrorKind::undecided, fmt::format("cannot make the commit: {}", reason_of(errors))};
}

Result<std::optional<std::string>> branch_tip(const Clone& clone, const std::string& name) {
  TRY(const git::CommandResult ran,
      run_git(clone, {"rev-parse", "--verify", "--quiet", "refs/heads/" + name + "^{commit}"}));
  if (ran.status != 0) return std::optional<std::string>();
  return std::optional<std::string>(ran.output.substr(0, ran.output.find('\n')));
}

Result<void> check_name(const Clone& clone, const std::string& name) {
  TRY(const git::CommandResult ran,
      run_git(clone, {"check-ref-format", "--allow-onelevel", "refs/heads/" + name}));
  if (ran.status != 0 || name.empty() || name.starts_with('-') || name == "HEAD")
    return fail(ErrorKind::usage, fmt::format("`{}` cannot be the name of a branch", name));
  return {};
}

}  // namespace

Result<std::string> make_commits(const Clone& clone, const Revert& revert,
                                 const CommitOptions& options) {
  // `git commit` would look at commit.gpgsign itself, `git commit-tree` does not.
  const bool sign = switched_on(clone, "commit.gpgsign");
  git::Variables variables;
  if (options.author) {
    variables.emplace_back("GIT_AUTHOR_NAME", options.author->name);
    variables.emplace_back("GIT_AUTHOR_EMAIL", options.author->address);
  }
  const PrivateFolder folder;
  std::string tip = revert.onto;
  for (const Step& step : revert.steps) {
    const std::string file = folder.write("message", step.message);
    if (file.empty()) return fail(ErrorKind::undecided, "cannot write a temporary file");
    std::vector<std::string> words = {"-c", "i18n.commitEncoding=UTF-8", "commit-tree"};
    if (sign) words.emplace_back("-S");
    words.insert(words.end(), {"-p", tip, "-F", file, step.tree});
    TRY(const git::CommandResult ran, run_git(clone, std::move(words), variables));
    if (ran.status != 0) return tl::unexpected(cannot_commit(ran.errors));
    tip = trimmed(ran.output);
  }
  return tip;
}

bool is_merged(const Clone& clone, const Revert& revert, const std::string& tip) {
  const auto ran = run_git(clone, {"merge-base", "--is-ancestor", tip, revert.onto});
  return ran && ran->status == 0;
}

Result<bool> is_ours(const Clone& clone, const Request& request, const Revert& revert,
                     const std::string& tip, const Config& config) {
  if (is_merged(clone, revert, tip)) return false;
  const std::size_t count = revert.steps.size();
  TRY(const std::string text,
      ask_git(clone,
              {"rev-list", "--first-parent", fmt::format("--max-count={}", count), tip, "--"},
              "cannot read the branch"));
  const std::vector<std::string_view> lines = split(text, '\n');
  if (lines.size() != count || count == 0) return false;
  TRY(std::vector<Commit> commits,
      read_commits(clone, std::vector<std::string>(lines.begin(), lines.end())));
  std::reverse(commits.begin(), commits.end());
  for (std::size_t i = 0; i < count; ++i)
    if (commits[i].parents.size() != 1 ||
        trimmed(commits[i].message) != trimmed(revert.steps[i].message))
      return false;
  const auto same_trees = [&](const Revert& one) {
    if (one.steps.size() != count) return false;
    for (std::size_t i = 0; i < count; ++i)
      if (one.steps[i].tree != commits[i].tree) return false;
    return true;
  };
  const std::string& start = commits.front().parents.front();
  if (start == revert.onto) return same_trees(revert);
  Request there = request;
  there.onto = start;
  TRY(const Revert again, compute(clone, there, config));
  return same_trees(again);
}

Result<std::optional<std::string>> find_branch(const Clone& clone, const Request& request,
                                               const Revert& revert, const std::string& name,
                                               const Config& config) {
  TRY_VOID(check_name(clone, name));
  TRY(std::optional<std::string> present, branch_tip(clone, name));
  if (!present) return present;
  TRY(const bool ours, is_ours(clone, request, revert, *present, config));
  if (ours) return present;
  if (is_merged(clone, revert, *present))
    return fail(ErrorKind::usage,
                fmt::format("the branch `{}` is merged already ({}); give another name with "
                            "`--branch`, or delete it",
                            name, brief(*present)));
  return fail(ErrorKind::usage,
              fmt::format("the branch `{}` is there and holds something else ({}); give another "
                          "name with `--branch`, or delete it",
                          name, brief(*present)));
}

Result<Branch> make_branch(const Clone& clone, const Request& request, const Revert& revert,
                           const std::string& name, const Config& config,
                           const CommitOptions& options) {
  TRY(const std::optional<std::string> present, find_branch(clone, request, revert, name, config));
  if (present) return Branch{name, *present, Done::before};
  TRY(std::string tip, make_commits(clone, revert, options));
  TRY(const git::CommandResult ran,
      run_git(clone, {"update-ref", "--create-reflog", "-m", "backout revert: created",
                      "refs/heads/" + name, tip, std::string(tip.size(), '0')}));
  if (ran.status != 0)
    return fail(ErrorKind::undecided,
                fmt::format("cannot create the branch `{}`: {}", name, reason_of(ran.errors)));
  return Branch{name, std::move(tip), Done::now};
}

Result<Done> delete_branch(const Clone& clone, const std::string& name, const std::string& tip) {
  TRY(const std::optional<std::string> present, branch_tip(clone, name));
  if (!present) return Done::before;
  if (*present != tip)
    return fail(ErrorKind::usage, fmt::format("the branch `{}` was moved to {} since: it stays",
                                              name, brief(*present)));
  TRY(const git::CommandResult used, run_git(clone, {"worktree", "list", "--porcelain", "-z"}));
  for (const std::string_view line : split(used.output, '\0'))
    if (line == "branch refs/heads/" + name)
      return fail(ErrorKind::usage, fmt::format("the branch `{}` is checked out: it stays", name));
  TRY_VOID(ask_git(clone, {"update-ref", "-d", "refs/heads/" + name, tip},
                   fmt::format("cannot delete the branch `{}`", name)));
  return Done::now;
}

}  // namespace backout::revert
