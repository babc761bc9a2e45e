// What a change is compared with, by the variables of each CI.
#include <gtest/gtest.h>

#include "git/base.h"
#include "repo.h"

namespace backout::git {
namespace {

using test::Environment;
using test::Repo;
using test::variables;

// A clone of a repository with main (two commits), release (one) and a topic branch; checked out is
// what a CI makes of topic merged into main.
class GitBase : public testing::Test {
 protected:
  GitBase() {
    first = upstream.commit_file("f", "1");
    upstream.git({"branch", "release"});
    upstream.git({"checkout", "-q", "-b", "topic"});
    topic = upstream.commit_file("g", "1");
    upstream.git({"checkout", "-q", "main"});
    main = upstream.commit_file("f", "2");
    clone = upstream.root() + "/clone";
    upstream.git_at(upstream.root(), {"clone", "-q", "repo", clone});
    upstream.git_at(clone, {"checkout", "-q", "--detach", "origin/main"});
    upstream.git_at(clone, {"merge", "-q", "--no-ff", "--no-edit", "origin/topic"});
    merge = upstream.git_at(clone, {"rev-parse", "HEAD"});
  }

  // "revision (reason)" for HEAD, or the error.
  std::string chosen(const Environment& environment, const std::string& revision = "HEAD") const {
    auto repository = open(clone, variables({}));
    if (!repository) return repository.error().message;
    auto head = resolve(*repository, revision);
    if (!head) return head.error().message;
    auto base = choose_base(*repository, *head, variables(environment));
    return base ? base->revision + " | " + base->reason : "error: " + base.error().message;
  }

  // The variables of a GitHub run whose event file has this content.
  Environment github(const std::string& event_name, const std::string& event,
                     Environment more) const {
    std::string path = upstream.root() + "/event.json";
    test::write_file(path, event);
    more.insert({{"GITHUB_ACTIONS", "true"},
                 {"GITHUB_EVENT_NAME", event_name},
                 {"GITHUB_EVENT_PATH", path}});
    return more;
  }

  Repo upstream;
  std::string clone, first, main, topic, merge;
};

TEST_F(GitBase, DefaultBranch) {
  EXPECT_EQ(chosen({}), "refs/remotes/origin/main | `origin/main` (the remote's default branch)");
  upstream.git_at(clone, {"remote", "set-head", "origin", "release"});
  EXPECT_EQ(chosen({}),
            "refs/remotes/origin/release | `origin/release` (the remote's default branch)");
  upstream.git_at(clone, {"remote", "set-head", "origin", "--delete"});
  EXPECT_EQ(chosen({}), "refs/remotes/origin/main | `origin/main` (the remote's default branch)");
  upstream.git_at(clone, {"update-ref", "-d", "refs/remotes/origin/main"});
  upstream.git_at(clone, {"update-ref", "refs/remotes/origin/master", first});
  EXPECT_EQ(chosen({}),
            "refs/remotes/origin/master | `origin/master` (the remote's default branch)");
  upstream.git_at(clone, {"update-ref", "-d", "refs/remotes/origin/master"});
  EXPECT_NE(chosen({}).find("give `--base REV`, or run `git remote set-head origin --auto`"),
            std::string::npos);
}

TEST_F(GitBase, OtherRemotes) {
  upstream.git_at(clone, {"remote", "rename", "origin", "company"});
  EXPECT_EQ(chosen({}), "refs/remotes/company/main | `company/main` (the remote's default branch)");
  upstream.git_at(clone, {"remote", "add", "fork", "/nowhere"});
  EXPECT_EQ(chosen({}), "error: the repository has no remote called `origin`: give `--base REV`");
}

TEST_F(GitBase, ATagCannotPoseAsTheRemoteBranch) {
  upstream.git_at(clone, {"tag", "origin/main", merge});
  auto repository = open(clone, variables({}));
  ASSERT_TRUE(repository);
  auto base = choose_base(*repository, *resolve(*repository, "HEAD"), variables({}));
  ASSERT_TRUE(base);
  EXPECT_EQ(hex(resolve(*repository, base->revision)->id), main);
}

TEST_F(GitBase, GitHubPullRequest) {
  Environment environment = github(
      "pull_request", R"({"pull_request": {"base": {"sha": ")" + first + R"("}}})",
      {{"GITHUB_BASE_REF", "main"}, {"GITHUB_REF", "refs/pull/7/merge"}, {"GITHUB_SHA", merge}});
  EXPECT_EQ(chosen(environment),
            merge + "^1 | first parent of GitHub's merge commit (pull request into `main`)");
  // The workflow checked out something else than the merge commit.
  EXPECT_EQ(chosen(environment, "origin/topic"),
            "refs/remotes/origin/main | GITHUB_BASE_REF (pull request into `main`)");
  upstream.git_at(clone, {"update-ref", "-d", "refs/remotes/origin/main"});
  EXPECT_EQ(chosen(environment, "origin/topic"),
            first + " | pull_request.base.sha (pull request into `main`)");
  environment["GITHUB_EVENT_PATH"] = "/nowhere";
  EXPECT_EQ(chosen(environment, "origin/topic"),
            "refs/remotes/origin/main | GITHUB_BASE_REF (pull request into `main`)");
}

TEST_F(GitBase, GitHubPullRequestTarget) {
  Environment environment = github(
      "pull_request_target", "{}",
      {{"GITHUB_BASE_REF", "main"}, {"GITHUB_REF", "refs/heads/main"}, {"GITHUB_SHA", main}});
  EXPECT_NE(chosen(environment, "origin/main").find("give `--head REV`"), std::string::npos);
  EXPECT_EQ(chosen(environment),
            "refs/remotes/origin/main | GITHUB_BASE_REF (pull request into `main`)");
}

TEST_F(GitBase, GitHubMergeQueue) {
  EXPECT_EQ(
      chosen(github("merge_group", R"({"merge_group": {"base_sha": ")" + main + R"("}})", {})),
      main + " | merge_group.base_sha (merge queue)");
  EXPECT_EQ(chosen(github("merge_group", "{}", {})),
            "error: the event file has no merge_group.base_sha; give `--base REV`");
  EXPECT_NE(chosen(github("merge_group", "{ not json", {})).find("cannot read the event file"),
            std::string::npos);
}

TEST_F(GitBase, GitHubPush) {
  auto event = [](const std::string& before) {
    return R"({"before": ")" + before + R"(", "repository": {"default_branch": "main"}})";
  };
  EXPECT_EQ(chosen(github("push", event(first), {{"GITHUB_REF", "refs/heads/main"}})),
            first + " | commit before the push to `main`");
  EXPECT_EQ(
      chosen(github("push", event(first), {{"GITHUB_REF", "refs/heads/topic"}})),
      "refs/remotes/origin/main | repository.default_branch of the push (default branch `main`)");
  EXPECT_EQ(
      chosen(github("push", event(std::string(40, '0')), {{"GITHUB_REF", "refs/heads/main"}})),
      "error: this push created `main`: there is nothing before it; give `--base REV`");
  EXPECT_EQ(chosen(github("workflow_dispatch", "{}", {})),
            "refs/remotes/origin/main | `origin/main` (the remote's default branch)");
}

TEST_F(GitBase, OtherCi) {
  const std::string fallback =
      "refs/remotes/origin/main | `origin/main` (the remote's default branch)";
  const std::string zeros(40, '0');
  struct Case {
    Environment environment;
    std::string expected;
  };
  const std::vector<Case> cases = {
      {{{"GITLAB_CI", "true"},
        {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"},
        {"CI_MERGE_REQUEST_TARGET_BRANCH_SHA", main},
        {"CI_MERGE_REQUEST_DIFF_BASE_SHA", first}},
       main + " | CI_MERGE_REQUEST_TARGET_BRANCH_SHA (merge request into `main`)"},
      {{{"GITLAB_CI", "true"},
        {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"},
        {"CI_MERGE_REQUEST_TARGET_BRANCH_SHA", ""},
        {"CI_MERGE_REQUEST_DIFF_BASE_SHA", first}},
       first + " | CI_MERGE_REQUEST_DIFF_BASE_SHA (merge request into `main`)"},
      {{{"GITLAB_CI", "true"}, {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "release"}},
       "refs/remotes/origin/release | CI_MERGE_REQUEST_TARGET_BRANCH_NAME (merge request into "
       "`release`)"},
      {{{"GITLAB_CI", "true"},
        {"CI_DEFAULT_BRANCH", "main"},
        {"CI_COMMIT_BRANCH", "main"},
        {"CI_COMMIT_BEFORE_SHA", first}},
       first + " | CI_COMMIT_BEFORE_SHA (push to `main`)"},
      {{{"GITLAB_CI", "true"},
        {"CI_DEFAULT_BRANCH", "main"},
        {"CI_COMMIT_BRANCH", "topic"},
        {"CI_COMMIT_BEFORE_SHA", first}},
       "refs/remotes/origin/main | CI_DEFAULT_BRANCH (default branch `main`)"},
      {{{"GITLAB_CI", "true"},
        {"CI_DEFAULT_BRANCH", "main"},
        {"CI_COMMIT_BRANCH", "main"},
        {"CI_COMMIT_BEFORE_SHA", zeros}},
       "refs/remotes/origin/main | CI_DEFAULT_BRANCH (default branch `main`)"},
      {{{"BITBUCKET_BUILD_NUMBER", "1"},
        {"BITBUCKET_PR_DESTINATION_BRANCH", "release"},
        {"BITBUCKET_PR_DESTINATION_COMMIT", "abc123abc123"}},
       "refs/remotes/origin/release | BITBUCKET_PR_DESTINATION_BRANCH (pull request into "
       "`release`)"},
      {{{"BITBUCKET_BUILD_NUMBER", "1"},
        {"BITBUCKET_PR_DESTINATION_BRANCH", "absent"},
        {"BITBUCKET_PR_DESTINATION_COMMIT", "abc123abc123"}},
       "abc123abc123 | BITBUCKET_PR_DESTINATION_COMMIT (pull request into `absent`)"},
      {{{"BITBUCKET_BUILD_NUMBER", "1"}}, fallback},
      {{{"BUILDKITE", "true"},
        {"BUILDKITE_MERGE_QUEUE_BASE_COMMIT", main},
        {"BUILDKITE_PULL_REQUEST", "false"}},
       main + " | BUILDKITE_MERGE_QUEUE_BASE_COMMIT (merge queue)"},
      {{{"BUILDKITE", "true"},
        {"BUILDKITE_PULL_REQUEST", "12"},
        {"BUILDKITE_PULL_REQUEST_BASE_BRANCH", "release"}},
       "refs/remotes/origin/release | BUILDKITE_PULL_REQUEST_BASE_BRANCH (pull request into "
       "`release`)"},
      {{{"BUILDKITE", "true"},
        {"BUILDKITE_PULL_REQUEST", "false"},
        {"BUILDKITE_PULL_REQUEST_BASE_BRANCH", "release"},
        {"BUILDKITE_PIPELINE_DEFAULT_BRANCH", "main"}},
       "refs/remotes/origin/main | BUILDKITE_PIPELINE_DEFAULT_BRANCH (default branch `main`)"},
      {{{"TF_BUILD", "True"},
        {"SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"},
        {"BUILD_SOURCEBRANCH", "refs/pull/3/merge"},
        {"BUILD_SOURCEVERSION", merge}},
       merge + "^1 | first parent of Azure's merge commit (pull request into `main`)"},
      {{{"TF_BUILD", "True"},
        {"SYSTEM_PULLREQUEST_TARGETBRANCH", "release"},
        {"BUILD_SOURCEBRANCH", "refs/pull/3/merge"},
        {"BUILD_SOURCEVERSION", topic}},
       "refs/remotes/origin/release | SYSTEM_PULLREQUEST_TARGETBRANCH (pull request into "
       "`release`)"},
      {{{"TF_BUILD", "True"}}, fallback},
      {{{"JENKINS_URL", "https://ci"}, {"CHANGE_TARGET", "release"}},
       "refs/remotes/origin/release | CHANGE_TARGET (pull request into `release`)"},
      {{{"JENKINS_URL", "https://ci"}}, fallback},
      {{{"CIRCLECI", "true"}}, fallback},
      {{{"CHANGE_TARGET", "release"}},
       fallback},  // no CI's marker: the variable is somebody else's
  };
  for (const Case& c : cases) EXPECT_EQ(chosen(c.environment), c.expected);
}

// What a depth-1 checkout of a pull request ends in, from the choice to the message.
TEST_F(GitBase, ShallowCheckoutNamesTheLineToChange) {
  std::string shallow = upstream.root() + "/shallow";
  upstream.git_at(clone, {"branch", "tried", merge});
  upstream.git_at(upstream.root(),
                  {"clone", "-q", "--depth=1", "--branch=tried", "file://" + clone, shallow});
  struct Case {
    Environment environment;
    std::string remedy;
  };
  const std::vector<Case> cases = {
      {{{"GITHUB_ACTIONS", "true"},
        {"GITHUB_EVENT_NAME", "pull_request"},
        {"GITHUB_BASE_REF", "main"},
        {"GITHUB_REF", "refs/pull/7/merge"},
        {"GITHUB_SHA", merge}},
       "`fetch-depth: 0`"},
      {{{"TF_BUILD", "True"},
        {"SYSTEM_PULLREQUEST_TARGETBRANCH", "main"},
        {"BUILD_SOURCEBRANCH", "refs/pull/3/merge"},
        {"BUILD_SOURCEVERSION", merge}},
       "`fetchDepth: 0`"},
      {{{"GITLAB_CI", "true"}, {"CI_MERGE_REQUEST_DIFF_BASE_SHA", first}}, "`GIT_DEPTH: 0`"},
      {{{"BITBUCKET_BUILD_NUMBER", "1"}, {"BITBUCKET_PR_DESTINATION_BRANCH", "main"}},
       "`depth: full`"},
      {{{"JENKINS_URL", "https://ci"}, {"CHANGE_TARGET", "main"}}, "`git fetch --unshallow`"},
  };
  for (const Case& c : cases) {
    auto repository = open(shallow, variables(c.environment));
    ASSERT_TRUE(repository);
    auto base = choose_base(*repository, *resolve(*repository, "HEAD"), variables(c.environment));
    ASSERT_TRUE(base) << base.error().message;
    auto commit = resolve(*repository, base->revision);
    ASSERT_FALSE(commit) << base->revision;
    EXPECT_NE(commit.error().message.find(c.remedy), std::string::npos) << commit.error().message;
  }
}

}  // namespace
}  // namespace backout::git
