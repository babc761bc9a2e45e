// One function a CI, in a table by the variable that marks it. Branches of the remote are named in
// full
// (`refs/remotes/origin/main`): a pushed tag called `origin/main` must not become the base.
#include "git/base.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "git/libgit2.h"

namespace backout::git {
namespace {

struct Context {
  const Repository& repository;
  const Commit& head;
  const Environment& environment;
  std::string remote;

  std::string operator[](const char* name) const { return environment(name).value_or(""); }
};

using Choice = Result<std::optional<BaseChoice>>;  // absent: this CI does not say

bool known(const Context& context, const std::string& revision) {
  return exists(context.repository, revision);
}

// "origin", or the only remote there is; empty when that is not clear.
std::string choose_remote(const std::vector<std::string>& remotes) {
  if (remotes.size() == 1) return remotes[0];
  return std::find(remotes.begin(), remotes.end(), "origin") != remotes.end() ? "origin" : "";
}

std::string remote_branch(const Context& context, std::string_view branch) {
  return fmt::format("refs/remotes/{}/{}", context.remote.empty() ? "origin" : context.remote,
                     branch);
}

std::string without(std::string_view prefix, std::string text) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

bool is_pull_merge(const std::string& reference) {
  return reference.starts_with("refs/pull/") && reference.ends_with("/merge");
}

Choice pull_request(const Context& context, const char* variable, std::string_view branch) {
  return BaseChoice{remote_branch(context, branch),
                    fmt::format("{} (pull request into `{}`)", variable, branch)};
}

// The commit a CI made to try the merge: its first parent is the tip of the target.
Choice merge_parent(const Context& context, std::string_view ci, std::string_view branch) {
  return BaseChoice{
      hex(context.head.id) + "^1",
      fmt::format("first parent of {}'s merge commit (pull request into `{}`)", ci, branch)};
}

Choice named_default(const Context& context, const char* variable, const std::string& branch) {
  if (branch.empty()) return std::nullopt;
  return BaseChoice{remote_branch(context, branch),
                    fmt::format("{} (default branch `{}`)", variable, branch)};
}

// The few strings of GitHub's event file that matter; empty when absent.
struct Event {
  std::string pull_request_base, merge_group_base, before, default_branch;
};

Result<Event> load_event(const std::string& path) {
  simdjson::dom::parser parser(std::size_t{64} << 20);  // GitHub's own limit for an event is 25 MB
  simdjson::dom::element root;
  if (path.empty() || parser.load(path).get(root) != simdjson::SUCCESS)
    return fail(
        ErrorKind::usage,
        fmt::format(
            "cannot read the event file `{}` that GITHUB_EVENT_PATH names; give `--base REV`",
            path));
  auto text = [&](std::string_view pointer) {
    std::string_view value;
    return root.at_pointer(pointer).get_string().get(value) == simdjson::SUCCESS
               ? std::string(value)
               : "";
  };
  return Event{text("/pull_request/base/sha"), text("/merge_group/base_sha"), text("/before"),
               text("/repository/default_branch")};
}

Choice github_pull_request(const Context& context) {
  std::string branch = context["GITHUB_BASE_REF"];
  if (is_pull_merge(context["GITHUB_REF"]) && context["GITHUB_SHA"] == hex(context.head.id))
    return merge_parent(context, "GitHub", branch);
  if (context["GITHUB_EVENT_NAME"] == "pull_request_target" &&
      context["GITHUB_SHA"] == hex(context.head.id))
    return fail(
        ErrorKind::usage,
        "`pull_request_target` checks out the target branch, not the change; give `--head REV`");
  if (known(context, remote_branch(context, branch)))
    return pull_request(context, "GITHUB_BASE_REF", branch);
  auto event = load_event(context["GITHUB_EVENT_PATH"]);
  if (event && parse_oid(event->pull_request_base) && known(context, event->pull_request_base))
    return BaseChoice{event->pull_request_base,
                      fmt::format("pull_request.base.sha (pull request into `{}`)", branch)};
  return pull_request(context, "GITHUB_BASE_REF", branch);  // not fetched: `resolve` says how
}

// On the default branch a push is the change. Elsewhere it may be the last of many, and judging it
// alone would let the earlier ones through: the whole branch is the change.
Choice github_push(const Context& context, const Event& event) {
  const std::string& branch = event.default_branch;
  if (context["GITHUB_REF"] != "refs/heads/" + branch)
    return named_default(context, "repository.default_branch of the push", branch);
  auto id = parse_oid(event.before);
  if (!id || is_zero(*id))
    return fail(ErrorKind::usage,
                fmt::format("this push created `{}`: there is nothing before it; give `--base REV`",
                            branch));
  return BaseChoice{event.before, fmt::format("commit before the push to `{}`", branch)};
}

Choice github(const Context& context) {
  std::string name = context["GITHUB_EVENT_NAME"];
  if (!context["GITHUB_BASE_REF"].empty()) return github_pull_request(context);
  if (name != "merge_group" && name != "push") return std::nullopt;
  TRY(Event event, load_event(context["GITHUB_EVENT_PATH"]));
  if (name == "push") return github_push(context, event);
  if (!parse_oid(event.merge_group_base))
    return fail(ErrorKind::usage, "the event file has no merge_group.base_sha; give `--base REV`");
  return BaseChoice{event.merge_group_base, "merge_group.base_sha (merge queue)"};
}

Choice gitlab(const Context& context) {
  std::string branch = context["CI_MERGE_REQUEST_TARGET_BRANCH_NAME"];
  // The first is set in merged-result pipelines only; the second went stale after a change of
  // target (GitLab issue 442031), so it comes second.
  for (const char* variable :
       {"CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "CI_MERGE_REQUEST_DIFF_BASE_SHA"})
    if (parse_oid(context[variable]))
      return BaseChoice{context[variable],
                        fmt::format("{} (merge request into `{}`)", variable, branch)};
  if (!branch.empty())
    return BaseChoice{
        remote_branch(context, branch),
        fmt::format("CI_MERGE_REQUEST_TARGET_BRANCH_NAME (merge request into `{}`)", branch)};
  std::string main = context["CI_DEFAULT_BRANCH"];
  auto before = parse_oid(context["CI_COMMIT_BEFORE_SHA"]);
  if (!main.empty() && context["CI_COMMIT_BRANCH"] == main && before && !is_zero(*before))
    return BaseChoice{hex(*before), fmt::format("CI_COMMIT_BEFORE_SHA (push to `{}`)", main)};
  return named_default(context, "CI_DEFAULT_BRANCH", main);
}

Choice bitbucket(const Context& context) {
  std::string branch = context["BITBUCKET_PR_DESTINATION_BRANCH"];
  std::string commit = context["BITBUCKET_PR_DESTINATION_COMMIT"];  // may be abbreviated
  if (branch.empty()) return std::nullopt;
  if (!commit.empty() && !known(context, remote_branch(context, branch)))
    return BaseChoice{
        commit, fmt::format("BITBUCKET_PR_DESTINATION_COMMIT (pull request into `{}`)", branch)};
  return pull_request(context, "BITBUCKET_PR_DESTINATION_BRANCH", branch);
}

Choice buildkite(const Context& context) {
  if (std::string base = context["BUILDKITE_MERGE_QUEUE_BASE_COMMIT"]; !base.empty())
    return BaseChoice{base, "BUILDKITE_MERGE_QUEUE_BASE_COMMIT (merge queue)"};
  std::string number = context["BUILDKITE_PULL_REQUEST"];
  std::string branch = context["BUILDKITE_PULL_REQUEST_BASE_BRANCH"];
  if (!number.empty() && number != "false" && !branch.empty())
    return pull_request(context, "BUILDKITE_PULL_REQUEST_BASE_BRANCH", branch);
  return named_default(context, "BUILDKITE_PIPELINE_DEFAULT_BRANCH",
                       context["BUILDKITE_PIPELINE_DEFAULT_BRANCH"]);
}

Choice azure(const Context& context) {
  std::string branch = without("refs/heads/", context["SYSTEM_PULLREQUEST_TARGETBRANCH"]);
  if (branch.empty()) return std::nullopt;
  if (is_pull_merge(context["BUILD_SOURCEBRANCH"]) &&
      context["BUILD_SOURCEVERSION"] == hex(context.head.id))
    return merge_parent(context, "Azure", branch);
  return pull_request(context, "SYSTEM_PULLREQUEST_TARGETBRANCH", branch);
}

Choice jenkins(const Context& context) {
  std::string branch = context["CHANGE_TARGET"];
  if (branch.empty()) return std::nullopt;
  return pull_request(context, "CHANGE_TARGET", branch);
}

Choice circleci(const Context&) {
  return std::nullopt;
}  // names no target: the default branch it is

struct Ci {
  const char* marker;
  Choice (*choose)(const Context&);
};

constexpr std::array<Ci, 7> all_ci{{{"GITHUB_ACTIONS", github},
                                    {"GITLAB_CI", gitlab},
                                    {"BITBUCKET_BUILD_NUMBER", bitbucket},
                                    {"BUILDKITE", buildkite},
                                    {"TF_BUILD", azure},
                                    {"CIRCLECI", circleci},
                                    {"JENKINS_URL", jenkins}}};

// refs/remotes/origin/HEAD is there after a plain `git clone`, but not after a CI's `git init` and
// `git fetch`.
Result<BaseChoice> default_branch(const Context& context) {
  if (context.remote.empty())
    return fail(ErrorKind::usage,
                "the repository has no remote called `origin`: give `--base REV`");
  for (const char* name : {"HEAD", "main", "master"}) {
    std::string reference = remote_branch(context, name);
    if (!known(context, reference)) continue;
    Handle<git_reference> symbolic, direct;
    if (git_reference_lookup(symbolic.out(), context.repository.handle.get(), reference.c_str()) ==
            0 &&
        git_reference_resolve(direct.out(), symbolic.get()) == 0)
      reference = git_reference_name(direct.get());
    return BaseChoice{reference, fmt::format("`{}` (the remote's default branch)",
                                             without("refs/remotes/", reference))};
  }
  return fail(
      ErrorKind::usage,
      fmt::format(
          "cannot tell what to compare with: there is no `{0}/HEAD`, `{0}/main` or `{0}/master`; "
          "give `--base REV`, or run `git remote set-head {0} --auto`",
          context.remote));
}

}  // namespace

Result<BaseChoice> choose_base(const Repository& repository, const Commit& head,
                               const Environment& environment) {
  Context context{repository, head, environment, choose_remote(repository.remotes)};
  for (const Ci& ci : all_ci) {
    if (context[ci.marker].empty()) continue;
    TRY(std::optional<BaseChoice> choice, ci.choose(context));
    if (choice) return *std::move(choice);
    break;
  }
  return default_branch(context);
}

}  // namespace backout::git
