#include "revert/network.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

namespace backout::revert {
namespace {

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

// Nobody is there to be asked in a CI, and a connection that hangs should not hang us for ever.
git::Variables patience(const Clone& clone) {
  git::Variables out;
  const bool alone = is_set("CI") || ::isatty(0) == 0;
  if (alone && !is_set("GIT_SSH_COMMAND") && !is_set("GIT_SSH") &&
      !setting(clone, "core.sshCommand"))
    out.emplace_back("GIT_SSH_COMMAND",
                     "ssh -oBatchMode=yes -oConnectTimeout=30 -oServerAliveInterval=15");
  if (!is_set("GIT_HTTP_LOW_SPEED_LIMIT") && !is_set("GIT_HTTP_LOW_SPEED_TIME")) {
    out.emplace_back("GIT_HTTP_LOW_SPEED_LIMIT", "1");
    out.emplace_back("GIT_HTTP_LOW_SPEED_TIME", "60");
  }
  return out;
}

}  // namespace

Result<git::CommandResult> run_remote(const Clone& clone, std::vector<std::string> words) {
  return run_git(clone, std::move(words), patience(clone));
}

std::vector<std::string> server_words(std::string_view errors) {
  std::vector<std::string> out;
  for (std::string_view line : split(errors, '\n')) {
    if (!line.starts_with("remote:")) continue;
    line.remove_prefix(7);
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
    if (!line.empty()) out.emplace_back(line);
  }
  return out;
}

std::string reason_of(std::string_view errors) {
  std::string out;
  for (const std::string_view line : split(errors, '\n')) {
    if (line.empty() || line.starts_with("hint:") || line.starts_with("To ") ||
        line.starts_with("warning:") || line.starts_with("Warning:"))
      continue;
    if (!out.empty()) out += "; ";
    out += line.starts_with("fatal: ") || line.starts_with("error: ") ? line.substr(7) : line;
  }
  return out.empty() ? "git says no more" : out;
}

Result<RemoteHeads> remote_heads(const Clone& clone, const std::string& remote,
                                 const std::vector<std::string>& names) {
  std::vector<std::string> words = {"ls-remote", "--symref", "--end-of-options", remote, "HEAD"};
  for (const std::string& name : names) words.push_back("refs/heads/" + name);
  TRY(const git::CommandResult ran, run_remote(clone, std::move(words)));
  if (ran.status != 0)
    return fail(ErrorKind::undecided,
                fmt::format("`{}` does not answer: {}", remote, reason_of(ran.errors)));
  RemoteHeads out;
  std::string head;
  constexpr std::string_view heads = "refs/heads/", symbolic = "ref: refs/heads/";
  for (const std::string_view line : split(ran.output, '\n')) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) continue;
    const std::string_view name = line.substr(tab + 1), value = line.substr(0, tab);
    if (name == "HEAD" && value.starts_with(symbolic))
      out.default_branch = value.substr(symbolic.size());
    else if (name == "HEAD")
      head = value;
    else if (name.starts_with(heads))
      out.branches.emplace(name.substr(heads.size()), value);
  }
  if (!out.default_branch.empty() && !head.empty()) out.branches.emplace(out.default_branch, head);
  return out;
}

Result<void> fetch_commit(const Clone& clone, const std::string& remote, const std::string& branch,
                          const std::string& id) {
  if (has_commit(clone, id)) return {};
  TRY(const git::CommandResult ran,
      run_remote(clone, {"-c", "gc.auto=0", "-c", "maintenance.auto=false", "fetch", "--quiet",
                         "--no-tags", "--no-recurse-submodules", "--end-of-options", remote,
                         "refs/heads/" + branch}));
  if (ran.status != 0 || !has_commit(clone, id))
    return fail(ErrorKind::undecided, fmt::format("cannot fetch `{}` of `{}`: {}", branch, remote,
                                                  ran.status == 0 ? "it moved meanwhile; try again"
                                                                  : reason_of(ran.errors)));
  return {};
}

}  // namespace backout::revert
