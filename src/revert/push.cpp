// Pushes with the `git` program, which alone has the credentials. Every push carries a lease: what
// the remote must have under that name, or it is refused.
#include <fmt/format.h>

#include <algorithm>

#include "revert/network.h"
#include "revert/revert.h"

namespace backout::revert {
namespace {

struct Outcome {
  char flag = '!';      // ' ' fast-forward, '*' new, '=' up to date, '-' deleted, '!' rejected
  std::string summary;  // "[rejected] (stale info)"
};

// "FLAG\tFROM:TO\tSUMMARY" (git-push, --porcelain), among what a pre-push hook may print.
std::optional<Outcome> outcome_of(std::string_view output, const std::string& branch) {
  for (const std::string_view line : split(output, '\n')) {
    const std::vector<std::string_view> fields = split(line, '\t');
    if (fields.size() >= 3 && fields[0].size() == 1 && fields[1].ends_with(":refs/heads/" + branch))
      return Outcome{fields[0].front(), std::string(fields[2])};
  }
  return std::nullopt;
}

Error rejected(const std::string& remote, const std::string& branch, const Outcome& outcome,
               std::string_view errors) {
  std::string said = fmt::format("{}", fmt::join(server_words(errors), "; "));
  if (said.size() > 600) said.resize(600);
  const auto says = [&](std::string_view words) {
    return outcome.summary.find(words) != std::string::npos ||
           said.find(words) != std::string::npos;
  };
  std::string why;
  if (says("stale info") || says("non-fast-forward") || says("fetch first") ||
      says("cannot lock ref"))
    why = "it changed meanwhile; run the same command again to revert on top of what is there now";
  else if (says("protected branch") || says("GH006") || says("GH013") ||
           says("not allowed to push"))
    why = "the branch is protected: push a branch of its own and open a pull request (`--pr`)";
  else if (says("pre-receive hook declined") || says("hook declined") || says("update hook"))
    why = "a hook of the server declined it";
  else
    why = outcome.summary;
  return {ErrorKind::usage, fmt::format("`{}` rejects the push of `{}`: {}{}", remote, branch, why,
                                        said.empty() ? "" : fmt::format(" (it says: {})", said))};
}

Result<Pushed> send(const Clone& clone, const std::string& remote, const std::string& branch,
                    const std::string& expected, const std::string& tip,
                    const std::vector<std::string>& options) {
  std::vector<std::string> words = {
      "push", "--porcelain", "--no-follow-tags", "--recurse-submodules=no",
      fmt::format("--force-with-lease=refs/heads/{}:{}", branch, expected)};
  for (const std::string& option : options) words.push_back("--push-option=" + option);
  words.insert(words.end(), {"--end-of-options", remote, tip + ":refs/heads/" + branch});
  TRY(const git::CommandResult ran, run_remote(clone, std::move(words)));
  const std::optional<Outcome> outcome = outcome_of(ran.output, branch);
  if (ran.status == 0 && outcome && outcome->flag != '!')
    return Pushed{tip, outcome->flag == '=' ? Done::before : Done::now, server_words(ran.errors)};
  if (outcome && outcome->flag == '!')
    return tl::unexpected(rejected(remote, branch, *outcome, ran.errors));
  return fail(ErrorKind::undecided,
              fmt::format("cannot push to `{}`: {}", remote, reason_of(ran.errors)));
}

}  // namespace

Result<std::string> remote_tip(const Clone& clone, const std::string& remote,
                               const std::string& branch) {
  TRY(const git::CommandResult ran,
      run_remote(clone, {"ls-remote", "--end-of-options", remote, "refs/heads/" + branch}));
  if (ran.status != 0)
    return fail(ErrorKind::undecided,
                fmt::format("`{}` does not answer: {}", remote, reason_of(ran.errors)));
  return ran.output.substr(0, ran.output.find('\t'));
}

Result<std::optional<std::string>> find_pushed(const Clone& clone, const Request& request,
                                               const Revert& revert, const std::string& remote,
                                               const std::string& branch, const Config& config) {
  TRY(const std::string tip, remote_tip(clone, remote, branch));
  if (tip.empty()) return std::optional<std::string>();
  TRY_VOID(fetch_commit(clone, remote, branch, tip));
  TRY(const bool ours, is_ours(clone, request, revert, tip, config));
  if (ours) return std::optional<std::string>(tip);
  return fail(
      ErrorKind::usage,
      fmt::format("`{}` has a branch `{}` that {} ({}); give another name with `--branch`", remote,
                  branch,
                  is_merged(clone, revert, tip) ? "is merged already" : "holds something else",
                  brief(tip)));
}

Result<Pushed> push(const Clone& clone, const Push& push) {
  return send(clone, push.remote, push.branch, push.expected, push.tip, push.options);
}

Result<Done> delete_remote_branch(const Clone& clone, const std::string& remote,
                                  const std::string& branch, const std::string& tip) {
  TRY(const std::string now, remote_tip(clone, remote, branch));
  if (now.empty()) return Done::before;
  if (now != tip)
    return fail(ErrorKind::usage, fmt::format("the branch `{}` of `{}` was moved to {} since: it "
                                              "stays",
                                              branch, remote, brief(now)));
  TRY(const Pushed done, send(clone, remote, branch, tip, {}, {}));
  return done.done;
}

}  // namespace backout::revert
