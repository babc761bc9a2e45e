// Where a revert goes: onto what the remote has now, not onto what this clone happens to have.
#include <fmt/format.h>

#include <algorithm>

#include "revert/network.h"
#include "revert/revert.h"

namespace backout::revert {
namespace {

Result<std::string> choose_remote(const Clone& clone, const std::string& wanted) {
  TRY(const std::string text, ask_git(clone, {"remote"}, "cannot list the remotes"));
  const std::vector<std::string_view> remotes = split(text, '\n');
  const auto has = [&](std::string_view name) {
    return std::find(remotes.begin(), remotes.end(), name) != remotes.end();
  };
  if (!wanted.empty()) {
    if (has(wanted)) return wanted;
    return fail(
        ErrorKind::usage,
        fmt::format("there is no remote `{}`{}", wanted,
                    remotes.empty() ? std::string()
                                    : fmt::format("; there is `{}`", fmt::join(remotes, "`, `"))));
  }
  if (remotes.empty()) return std::string();
  if (remotes.size() == 1) return std::string(remotes.front());
  if (has("origin")) return std::string("origin");
  return fail(ErrorKind::usage, fmt::format("there are several remotes; choose with `--remote`: {}",
                                            fmt::join(remotes, ", ")));
}

std::string checked_out(const Clone& clone) {
  const auto ran = run_git(clone, {"symbolic-ref", "--quiet", "--short", "HEAD"});
  return ran && ran->status == 0 ? ran->output.substr(0, ran->output.find('\n')) : std::string();
}

// The branch of the remote that the checked-out one tracks.
std::string tracked(const Clone& clone, const std::string& remote) {
  const std::string branch = checked_out(clone);
  if (branch.empty() || setting(clone, "branch." + branch + ".remote") != remote) return {};
  const std::string merge = setting(clone, "branch." + branch + ".merge").value_or("");
  constexpr std::string_view heads = "refs/heads/";
  return merge.starts_with(heads) ? merge.substr(heads.size()) : std::string();
}

Result<Base> local_base(const Clone& clone, const BaseWanted& wanted) {
  Base out{{}, wanted.branch, {}, "the branch that is checked out; there is no remote"};
  if (wanted.branch.empty())
    out.branch = checked_out(clone);
  else
    out.reason = "as asked for; there is no remote";
  TRY(out.tip, resolve(clone, out.branch.empty() ? "HEAD" : "refs/heads/" + out.branch));
  return out;
}

// What the clone knows of the remote's branches.
std::string known_default(const Clone& clone, const std::string& remote) {
  const std::string head = "refs/remotes/" + remote + "/";
  const auto ran = run_git(clone, {"symbolic-ref", "--quiet", head + "HEAD"});
  if (ran && ran->status == 0 && ran->output.starts_with(head))
    return ran->output.substr(head.size(), ran->output.find('\n') - head.size());
  for (const char* name : {"main", "master"})
    if (has_commit(clone, head + name)) return name;
  return {};
}

bool holds(const Clone& clone, const std::string& tip, const std::vector<std::string>& ids) {
  return std::all_of(ids.begin(), ids.end(), [&](const std::string& id) {
    const auto ran = run_git(clone, {"merge-base", "--is-ancestor", id, tip});
    return ran && ran->status == 0;
  });
}

// The newer ends.
Result<std::vector<std::string>> ends_of(const Clone& clone,
                                         const std::vector<std::string>& revisions) {
  std::vector<std::string> out;
  for (const std::string& word : revisions) {
    const std::size_t dots = word.find("..");
    const std::string end = dots == std::string::npos ? word : word.substr(dots + 2);
    TRY(std::string id, resolve(clone, end.empty() ? "HEAD" : end));
    out.push_back(std::move(id));
  }
  return out;
}

}  // namespace

Result<Base> find_base(const Clone& clone, const BaseWanted& wanted,
                       const std::vector<std::string>& revisions) {
  TRY(const std::string remote, choose_remote(clone, wanted.remote));
  if (remote.empty()) return local_base(clone, wanted);

  std::vector<std::pair<std::string, std::string>> candidates;  // branch, reason
  const std::string tracking = tracked(clone, remote);
  RemoteHeads heads;
  if (wanted.fetch) {
    std::vector<std::string> names;
    for (const std::string& name : {wanted.branch, tracking})
      if (!name.empty()) names.push_back(name);
    TRY(heads, remote_heads(clone, remote, names));
  }
  if (!wanted.branch.empty()) {
    candidates.emplace_back(wanted.branch, "as asked for");
  } else {
    const std::string main = wanted.fetch ? heads.default_branch : known_default(clone, remote);
    if (!main.empty())
      candidates.emplace_back(main, fmt::format("the default branch of `{}`", remote));
    if (!tracking.empty() && tracking != main)
      candidates.emplace_back(tracking, "what the checked-out branch tracks");
  }
  if (candidates.empty())
    return fail(ErrorKind::usage,
                fmt::format("cannot tell which branch of `{}` the revert is for; give `--base "
                            "BRANCH`",
                            remote));
  TRY(const std::vector<std::string> ends, ends_of(clone, revisions));
  std::optional<Base> first;
  for (const auto& [branch, reason] : candidates) {
    Base base{remote, branch, {}, reason + (wanted.fetch ? ", as it is now" : ", as last fetched")};
    if (wanted.fetch) {
      const auto found = heads.branches.find(branch);
      if (found == heads.branches.end()) {
        if (wanted.branch.empty()) continue;
        return fail(ErrorKind::usage, fmt::format("`{}` has no branch `{}`", remote, branch));
      }
      base.tip = found->second;
      TRY_VOID(fetch_commit(clone, remote, branch, base.tip));
    } else {
      TRY(base.tip, resolve(clone, fmt::format("refs/remotes/{}/{}", remote, branch)));
    }
    if (holds(clone, base.tip, ends)) return base;
    if (!first) first = std::move(base);
  }
  if (first) return *std::move(first);
  return fail(ErrorKind::usage, fmt::format("`{}` has no branch to revert on", remote));
}

}  // namespace backout::revert
