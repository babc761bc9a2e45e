// `compute` against git itself: the same tree and message as `git revert`, with either engine.
#include <gtest/gtest.h>

#include "repo.h"
#include "revert/merge.h"
#include "revert/revert.h"

namespace backout::test {
namespace {

using revert::Clone;
using revert::Request;
using revert::Revert;

Clone opened(const std::string& folder) {
  auto clone = revert::open(folder);
  EXPECT_TRUE(clone) << (clone ? "" : clone.error().message);
  return clone ? std::move(*clone) : Clone{};
}

Revert computed(const Clone& clone, const Request& request) {
  auto out = revert::compute(clone, request, Config{});
  EXPECT_TRUE(out) << (out ? "" : out.error().message);
  return out ? std::move(*out) : Revert{};
}

std::string lines(int from, int to) {
  std::string out;
  for (int i = from; i <= to; ++i) out += "line " + std::to_string(i) + "\n";
  return out;
}

// What `git revert` makes of it, in a worktree of its own.
struct ByGit {
  std::string tree, message;
};
ByGit by_git(const Repo& repo, const std::vector<std::string>& words) {
  repo.git({"worktree", "add", "-q", "--detach", repo.root() + "/other", "HEAD"});
  std::vector<std::string> all = {"-c", "merge.directoryRenames=false", "revert", "--no-edit"};
  all.insert(all.end(), words.begin(), words.end());
  repo.git_at(repo.root() + "/other", all);
  ByGit out{repo.git_at(repo.root() + "/other", {"rev-parse", "HEAD^{tree}"}),
            repo.git_at(repo.root() + "/other", {"log", "-1", "--format=%B"})};
  repo.git({"worktree", "remove", "--force", repo.root() + "/other"});
  return out;
}

struct Scenario {
  const char* name;
  void (*make)(const Repo& repo);  // the last commit but `later` is the one to revert
  const char* revision = "HEAD~1";
  unsigned mainline = 0;
};

const Scenario scenarios[] = {
    {"edit",
     [](const Repo& repo) {
       repo.commit_file("a", lines(1, 20));
       repo.commit_file("a", "new\n" + lines(1, 20));
       repo.commit_file("a", "new\n" + lines(1, 21));
     }},
};

TEST(RevertCompute, EqualsGit) {
  for (const Scenario& scenario : scenarios) {
    SCOPED_TRACE(scenario.name);
    const Repo repo;
    scenario.make(repo);
    std::vector<std::string> words = {scenario.revision};
    if (scenario.mainline != 0) words = {"-m", std::to_string(scenario.mainline), words[0]};
    const ByGit expected = by_git(repo, words);
    Clone clone = opened(repo.path());
    Request request;
    request.revisions = {scenario.revision};
    request.onto = "HEAD";
    request.mainline = scenario.mainline;
    const Revert one = computed(clone, request);
    ASSERT_EQ(one.steps.size(), 1u);
    EXPECT_EQ(one.engine, "libgit2");
    EXPECT_EQ(one.steps[0].tree, expected.tree);
    EXPECT_EQ(one.steps[0].message, expected.message);
    clone.library.reset();
    const Revert two = computed(clone, request);
    ASSERT_EQ(two.steps.size(), 1u);
    EXPECT_NE(two.engine, "libgit2");
    EXPECT_EQ(two.steps[0].tree, expected.tree);
  }
}

}  // namespace
}  // namespace backout::test
