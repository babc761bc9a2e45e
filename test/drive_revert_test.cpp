// A rollback with a clone of the GitOps repository: the revert is made, pushed and waited for, and
// auto-sync comes back by itself.
#include <fmt/format.h>

#include "drive/journal.h"
#include "drive_fixture.h"
#include "repo.h"

namespace backout::test {
namespace {

// The repository that Argo CD follows: a bare remote, somebody's clone of it, and a colleague's.
struct GitOps {
  Repo clone;
  std::string remote, colleague, good, bad;

  GitOps() {
    remote = clone.root() + "/remote.git";
    colleague = clone.root() + "/colleague";
    clone.commit_file("apps/billing/deploy.yaml", "image: billing:v1\n");
    good = clone.commit_file("apps/catalog/deploy.yaml", "image: catalog:v1\nreplicas: 2\n");
    clone.write("apps/catalog/deploy.yaml", "image: catalog:v2\nreplicas: 2\n");
    bad = clone.commit("Bump catalog to v2");
    clone.git_at(clone.root(), {"clone", "-q", "--bare", clone.path(), remote});
    clone.git({"remote", "add", "origin", remote});
    clone.git({"fetch", "-q"});
    clone.git_at(clone.root(), {"clone", "-q", remote, colleague});
    clone.git({"config", "user.name", "Ana"});
    clone.git({"config", "user.email", "ana@acme.example"});
  }
  [[nodiscard]] std::string branches() const {
    return clone.git_at(remote, {"for-each-ref", "--format=%(refname)", "refs/heads/rollback"});
  }
  // A colleague merges the branch, with what else happened on `main`; the new tip.
  [[nodiscard]] std::string merge(const Words& how) const {
    const std::string branch = branches();
    clone.git_at(colleague, {"fetch", "-q", "origin"});
    Words words = {"-c", "user.name=Ben", "-c", "user.email=ben@acme.example", "merge", "-q"};
    words.insert(words.end(), how.begin(), how.end());
    words.push_back("origin/" + branch.substr(std::string("refs/heads/").size()));
    clone.git_at(colleague, words);
    if (how.front() == "--squash")
      clone.git_at(colleague, {"-c", "user.name=Ben", "-c", "user.email=ben@acme.example", "commit",
                               "-q", "-m", "Back to v1 (#42)"});
    clone.git_at(colleague, {"push", "-q", "origin", "HEAD:main"});
    return clone.git_at(colleague, {"rev-parse", "HEAD"});
  }
};

class DriveRevert : public testing::Test {
 protected:
  Ended run(Words words) {
    words.emplace_back("--yes");
    return backout(directory.path(), words, drive_setting(server, directory.path() + "/state"));
  }
  Ended roll_back(const Words& more = {}) {
    Words words = with_quick_times({"rollback", "catalog", "--config-repo", git.clone.path()});
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  // Argo CD's git has what the remote has.
  void argocd_sees(const std::string& tip) {
    server.change([&](sim::World& world) {
      sim::Commit commit = world.git.find(sim::gitops)->second.commits.front();
      commit.sha = tip;
      sim::add_commit(world, sim::gitops, commit);
      sim::set_ref(world, sim::gitops, "main", tip);
    });
  }
  bool is_open() const {
    return !drive::open_operations(directory.path() + "/state/backout").empty();
  }

  GitOps git;
  ArgocdServer server{sim::shop_world(git.good, git.bad)};
  TemporaryDirectory directory;
  const std::string before = policy_in(server);
};

TEST_F(DriveRevert, EndsByItselfWhenTheRevertIsMerged) {
  for (const Words& how : {Words{"--no-ff", "-m", "Merge"}, Words{"--squash"}}) {
    SCOPED_TRACE(how.front());
    GitOps other;
    ArgocdServer argocd{sim::shop_world(other.good, other.bad)};
    TemporaryDirectory home;
    const auto run_at = [&](const Words& words) {
      return backout(home.path(), words, drive_setting(argocd, home.path()));
    };
    const std::string policy = policy_in(argocd);
    Ended ended = run_at(
        with_quick_times({"rollback", "catalog", "--yes", "--config-repo", other.clone.path()}));
    EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
    EXPECT_NE(ended.out.find("merge the revert"), std::string::npos) << ended.out;
    ASSERT_NE(other.branches(), "") << ended.out << ended.err;
    const std::string message =
        other.clone.git_at(other.remote, {"log", "-1", "--format=%B", other.branches()});
    EXPECT_NE(message.find("Revert \"Bump catalog to v2\""), std::string::npos) << message;
    EXPECT_NE(message.find("This reverts commit " + other.bad), std::string::npos) << message;
    EXPECT_EQ(other.clone.git({"status", "--porcelain"}), "");

    const std::string tip = other.merge(how);
    // Merged, and Argo CD has not seen it: its comparison still is with the bad commit.
    argocd.change([&](sim::World& world) {
      sim::Commit commit = world.git.find(sim::gitops)->second.commits.front();
      commit.sha = tip;
      sim::add_commit(world, sim::gitops, commit);
    });
    ended = run_at({"resume", "--yes"});
    EXPECT_NE(policy_in(argocd), policy) << ended.out << ended.err;
    argocd.change([&](sim::World& world) { sim::set_ref(world, sim::gitops, "main", tip); });
    ended = run_at({"resume", "--yes"});
    EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
    EXPECT_NE(ended.out.find("completed"), std::string::npos) << ended.out << ended.err;
    EXPECT_EQ(policy_in(argocd), policy);
  }
}

TEST_F(DriveRevert, UndoTakesTheBranchesAwayAgain) {
  ASSERT_EQ(roll_back().code, 0);
  ASSERT_NE(git.branches(), "");
  const Ended ended = run({"undo"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(git.branches(), "");
  EXPECT_EQ(git.clone.git({"branch", "--list", "rollback/*"}), "");
  EXPECT_EQ(policy_in(server), before);
  EXPECT_EQ(sim::deployed(server.world().app("catalog")), sim::Words{git.bad});
}

TEST_F(DriveRevert, WhatIsMergedIsNotUndone) {
  ASSERT_EQ(roll_back().code, 0);
  (void)git.merge({"--no-ff", "-m", "Merge"});
  const Ended ended = run({"undo"});
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("is merged into `main`"), std::string::npos) << ended.out;
  EXPECT_TRUE(is_open());
}

// The same commit brought another application something: that stays.
TEST_F(DriveRevert, OtherApplicationsKeepTheirChanges) {
  git.clone.write("apps/billing/deploy.yaml", "image: billing:v2\n");
  git.clone.write("apps/catalog/deploy.yaml", "image: catalog:v3\nreplicas: 2\n");
  const std::string both = git.clone.commit("Bump everything");
  git.clone.git({"push", "-q", "origin", "main"});
  argocd_sees(both);
  const Ended ended = roll_back({"--to", "0"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  ASSERT_NE(git.branches(), "");
  const auto file = [&](const std::string& path) {
    return git.clone.git_at(git.remote, {"show", git.branches() + ":" + path});
  };
  EXPECT_EQ(file("apps/catalog/deploy.yaml"), "image: catalog:v1\nreplicas: 2");
  EXPECT_EQ(file("apps/billing/deploy.yaml"), "image: billing:v2");
}

TEST_F(DriveRevert, GitThatSaysItAlreadyNeedsNoRevert) {
  git.clone.git(
      {"-c", "user.name=Ben", "-c", "user.email=b@acme.example", "revert", "--no-edit", git.bad});
  git.clone.git({"push", "-q", "origin", "main"});
  argocd_sees(git.clone.git({"rev-parse", "HEAD"}));
  const Ended ended = roll_back({"--to", "0"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_NE(ended.err.find("git says it already"), std::string::npos) << ended.err;
  EXPECT_NE(ended.out.find("completed"), std::string::npos) << ended.out << ended.err;
  EXPECT_EQ(git.branches(), "");
  EXPECT_EQ(policy_in(server), before);
}

TEST_F(DriveRevert, ARemoteThatRefusesLeavesAnOperationThatGoesOn) {
  const std::string hook = git.remote + "/hooks/pre-receive";
  write_file(hook, "#!/bin/sh\necho 'protected branch' >&2\nexit 1\n");
  ASSERT_EQ(test::run(git.remote, {"chmod", "+x", hook}).status, 0);
  Ended ended = roll_back();
  EXPECT_EQ(ended.code, 2) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("protected branch"), std::string::npos) << ended.out;
  EXPECT_EQ(sim::deployed(server.world().app("catalog")), sim::Words{git.good});
  ASSERT_EQ(test::run(git.remote, {"rm", hook}).status, 0);
  ended = run({"resume"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_NE(git.branches(), "");
}

// Merged, and then somebody brings the bad content again: auto-sync would deploy it.
TEST_F(DriveRevert, WhatComesAgainAfterTheMergeKeepsAutoSyncPaused) {
  ASSERT_EQ(roll_back().code, 0);
  (void)git.merge({"--no-ff", "-m", "Merge"});
  write_file(git.colleague + "/apps/catalog/deploy.yaml", "image: catalog:v2\nreplicas: 2\n");
  git.clone.git_at(git.colleague, {"-c", "user.name=Ben", "-c", "user.email=b@acme.example",
                                   "commit", "-q", "-a", "-m", "Bump"});
  git.clone.git_at(git.colleague, {"push", "-q", "origin", "HEAD:main"});
  argocd_sees(git.clone.git_at(git.colleague, {"rev-parse", "HEAD"}));
  Ended ended = run({"resume"});
  EXPECT_TRUE(is_open()) << ended.out << ended.err;
  EXPECT_NE(policy_in(server), before) << ended.out << ended.err;
  ended = run({"undo"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_FALSE(is_open());
  EXPECT_EQ(policy_in(server), before);
}

// A base outside of the path: what lies below the path proves nothing.
TEST_F(DriveRevert, AnApplicationThatReadsOutsideOfItsPath) {
  GitOps other;
  other.clone.write("apps/catalog/kustomization.yaml", "resources: [../../base]\n");
  other.clone.write("base/deploy.yaml", "image: catalog:v1\n");
  const std::string good = other.clone.commit("A base");
  other.clone.write("base/deploy.yaml", "image: catalog:v2\n");
  const std::string bad = other.clone.commit("Bump the base");
  other.clone.git({"push", "-q", "origin", "main"});
  ArgocdServer argocd{sim::shop_world(good, bad)};
  const std::string policy = policy_in(argocd);
  const Ended ended = backout(
      directory.path(),
      with_quick_times({"rollback", "catalog", "--yes", "--config-repo", other.clone.path()}),
      drive_setting(argocd, directory.path()));
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(sim::deployed(argocd.world().app("catalog")), sim::Words{good});
  EXPECT_NE(ended.err.find("reads files outside of its path"), std::string::npos) << ended.err;
  EXPECT_NE(policy_in(argocd), policy) << ended.out << ended.err;
}

// A colleague is quicker: the revert does not apply any more, and the rest waits for a person.
TEST_F(DriveRevert, AConflictThatCameMeanwhileIsLeftToAPerson) {
  bool done = false;
  server.set_hook([&](const HttpRequest& request, When when) {
    if (when == When::after && request.path.ends_with("/rollback") && !done) {
      done = true;
      write_file(git.colleague + "/apps/catalog/deploy.yaml", "image: catalog:v9\nreplicas: 2\n");
      git.clone.git_at(git.colleague, {"-c", "user.name=Ben", "-c", "user.email=b@acme.example",
                                       "commit", "-q", "-a", "-m", "v9"});
      git.clone.git_at(git.colleague, {"push", "-q", "origin", "HEAD:main"});
    }
    return true;
  });
  const Ended ended = roll_back();
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_NE(ended.err.find("no longer applies"), std::string::npos) << ended.err;
  EXPECT_TRUE(is_open());
  EXPECT_NE(policy_in(server), before);
}

TEST_F(DriveRevert, TheWrongCloneIsRefused) {
  Repo other;
  other.commit_file("a", "b");
  const Ended ended = run(with_quick_times({"rollback", "catalog", "--config-repo", other.path()}));
  EXPECT_EQ(ended.code, 2) << ended.out << ended.err;
  EXPECT_NE(ended.err.find("if this is the right repository"), std::string::npos) << ended.err;
  EXPECT_EQ(server.mutations(), 0);
}

// The server of the repository is what is broken: the rollback does not wait for it.
TEST_F(DriveRevert, ADeadRemoteStopsNoRollback) {
  std::filesystem::rename(git.remote, git.remote + ".gone");
  const Ended ended = roll_back();
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(sim::deployed(server.world().app("catalog")), sim::Words{git.good});
  for (const char* const words :
       {"git cannot be asked now", "revert the bad change in git, as soon as"})
    EXPECT_NE(ended.err.find(words), std::string::npos) << words << ended.err;
}

// What runs was pushed by a colleague, and the clone has never fetched it.
class DriveStaleClone : public DriveRevert {
 protected:
  void SetUp() override {
    write_file(git.colleague + "/apps/catalog/deploy.yaml", "image: catalog:v3\nreplicas: 2\n");
    git.clone.git_at(git.colleague, {"-c", "user.name=Ben", "-c", "user.email=b@acme.example",
                                     "commit", "-q", "-a", "-m", "v3"});
    git.clone.git_at(git.colleague, {"push", "-q", "origin", "HEAD:main"});
    const std::string tip = git.clone.git_at(git.colleague, {"rev-parse", "HEAD"});
    argocd_sees(tip);
    ASSERT_TRUE(server.advance_until([&](const sim::World& world) {
      return sim::deployed(world.app("catalog")) == sim::Words{tip};
    }));
    server.advance(20);
  }
};

TEST_F(DriveStaleClone, IsBroughtUpToDate) {
  const Ended ended = roll_back({"--to", "0"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(sim::deployed(server.world().app("catalog")), sim::Words{git.good});
  ASSERT_NE(git.branches(), "") << ended.out << ended.err;
  EXPECT_EQ(git.clone.git_at(git.remote, {"show", git.branches() + ":apps/catalog/deploy.yaml"}),
            "image: catalog:v1\nreplicas: 2");
}

TEST_F(DriveStaleClone, AndADeadRemoteStopNoRollback) {
  std::filesystem::rename(git.remote, git.remote + ".gone");
  const Ended ended = roll_back({"--to", "0"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(sim::deployed(server.world().app("catalog")), sim::Words{git.good});
}

// Killed at any line of the journal, with git's steps among them.
TEST(DriveCrashRevert, ResumesAndGoesBack) {
  int points = 0;
  for (const char* const when : {"MORTAL_BEFORE", "MORTAL_AFTER"})
    for (int number = 1; number < 200; ++number) {
      SCOPED_TRACE(fmt::format("{} {}", when, number));
      GitOps git;
      ArgocdServer server{sim::shop_world(git.good, git.bad)};
      TemporaryDirectory directory;
      const std::string before = policy_in(server);
      Setting setting = drive_setting(server, directory.path());
      setting.program = BACKOUT_MORTAL;
      setting.environment[when] = std::to_string(number);
      const Words words =
          with_quick_times({"rollback", "catalog", "--yes", "--config-repo", git.clone.path()});
      if (backout(directory.path(), words, setting).code == 0) break;
      ++points;
      const auto run = [&](const Words& again) {
        return backout(directory.path(), again, drive_setting(server, directory.path()));
      };
      const bool open = !drive::open_operations(directory.path() + "/backout").empty();
      if (number % 2 == 0 && open) {
        const Ended ended = run({"undo", "--yes"});
        EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
        EXPECT_EQ(git.branches(), "");
        EXPECT_EQ(git.clone.git({"branch", "--list", "rollback/*"}), "");
        EXPECT_EQ(policy_in(server), before);
        EXPECT_EQ(sim::deployed(server.world().app("catalog")), sim::Words{git.bad});
      } else {
        const Ended ended = open ? run({"resume", "--yes"}) : run(words);
        EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
        EXPECT_NE(git.branches(), "");
        EXPECT_EQ(sim::deployed(server.world().app("catalog")), sim::Words{git.good});
      }
      if (testing::Test::HasFailure()) return;
    }
  EXPECT_GT(points, 30);
}

}  // namespace
}  // namespace backout::test
