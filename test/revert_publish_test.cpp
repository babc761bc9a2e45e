// Commits, branches and pushes of a revert, their undoing, and how it is seen that it has landed.
#include <gtest/gtest.h>

#include "repo.h"
#include "revert/revert.h"

namespace backout::test {
namespace {

using revert::Clone;
using revert::Done;
using revert::Request;
using revert::Revert;

// A remote with main, and a clone of it in which its last commit is to be reverted.
class RevertPublish : public testing::Test {
 protected:
  RevertPublish() {
    repo.commit_file("a", "1\n");
    bad = repo.commit_file("a", "2\n");
    repo.git({"clone", "-q", "--bare", repo.path(), remote});
    repo.git_at(repo.root(), {"clone", "-q", remote, work});
    for (const auto& [name, value] : std::initializer_list<std::pair<const char*, const char*>>{
             {"user.name", "Ana"}, {"user.email", "ana@acme.example"}, {"commit.gpgsign", "false"}})
      git({"config", name, value});
    clone = std::move(*revert::open(work));
    request.revisions = {bad};
    request.onto = bad;
    plan = std::move(*revert::compute(clone, request, {}));
  }
  std::string git(const std::vector<std::string>& words) const { return repo.git_at(work, words); }
  std::string at_remote(const std::string& branch) const {
    return repo.git_at(remote, {"for-each-ref", "--format=%(objectname)", "refs/heads/" + branch});
  }
  std::string branch(const std::string& name) {
    const auto made = revert::make_branch(clone, request, plan, name, {});
    EXPECT_TRUE(made) << made.error().message;
    return made ? made->tip : "";
  }

  Repo repo;
  std::string remote = repo.root() + "/remote.git", work = repo.root() + "/work", bad;
  Clone clone;
  Request request;
  Revert plan;
};

TEST_F(RevertPublish, BranchIsMadeOnce) {
  const std::string tip = branch("r");
  EXPECT_EQ(git({"log", "-1", "--format=%an <%ae>|%P|%s", "r"}),
            "Ana <ana@acme.example>|" + bad + "|Revert \"change a\"");
  const auto again = revert::make_branch(clone, request, plan, "r", {});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->done, Done::before);
  EXPECT_EQ(again->tip, tip);

  // Somebody else's branch, or ours with a commit on top, is not taken for it.
  git({"branch", "other", bad});
  EXPECT_FALSE(revert::make_branch(clone, request, plan, "other", {}));
  const std::string more = git({"commit-tree", "-p", "r", "-m", "more", "r^{tree}"});
  git({"update-ref", "refs/heads/r", more});
  EXPECT_FALSE(revert::make_branch(clone, request, plan, "r", {}));
  EXPECT_EQ(git({"rev-parse", "r"}), more);
}

// Main has moved since the branch was made: it still is the same revert.
TEST_F(RevertPublish, BranchOnAnOlderBase) {
  const std::string tip = branch("r");
  repo.commit_file("b", "b\n");
  repo.git({"push", "-q", remote, "main"});
  git({"fetch", "-q"});
  request.onto = "origin/main";
  plan = std::move(*revert::compute(clone, request, {}));
  const auto again = revert::make_branch(clone, request, plan, "r", {});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->tip, tip);
}

// Merged, and what it took back came again: merging it once more would do nothing.
TEST_F(RevertPublish, MergedBranchIsNotUsedAgain) {
  const std::string tip = branch("r");
  ASSERT_TRUE(revert::push(clone, {"origin", "r", tip, {}, {}}));
  git({"merge", "-q", "--ff-only", "r"});
  git({"revert", "--no-edit", "HEAD"});
  request.onto = "HEAD";
  plan = std::move(*revert::compute(clone, request, {}));
  const auto made = revert::make_branch(clone, request, plan, "r", {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::usage);
  EXPECT_EQ(made.error().message, "the branch `r` is merged already (" + tip.substr(0, 10) +
                                      "); give another name with `--branch`, or delete it");
  const auto pushed = revert::find_pushed(clone, request, plan, "origin", "r", {});
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().kind, ErrorKind::usage);
  EXPECT_NE(pushed.error().message.find("`r` that is merged already"), std::string::npos)
      << pushed.error().message;
}

TEST_F(RevertPublish, BadNames) {
  for (const char* name : {"", "-x", "a..b", "a b", "HEAD", "x.lock", "@{u}"}) {
    const auto made = revert::make_branch(clone, request, plan, name, {});
    ASSERT_FALSE(made) << name;
    EXPECT_EQ(made.error().kind, ErrorKind::usage);
  }
}

TEST_F(RevertPublish, AuthorOfTheCaller) {
  const auto made = revert::make_branch(clone, request, plan, "r", {},
                                        {revert::Identity{"Bot", "bot@acme.example"}});
  ASSERT_TRUE(made);
  EXPECT_EQ(git({"log", "-1", "--format=%an %cn", "r"}), "Bot Ana");
}

TEST_F(RevertPublish, PushAndUndo) {
  const std::string tip = branch("r");
  EXPECT_EQ(*revert::find_pushed(clone, request, plan, "origin", "r", {}), std::nullopt);
  auto pushed = revert::push(clone, {"origin", "r", tip, {}, {}});
  ASSERT_TRUE(pushed) << pushed.error().message;
  EXPECT_EQ(pushed->done, Done::now);
  EXPECT_EQ(at_remote("r"), tip);
  EXPECT_EQ(*revert::find_pushed(clone, request, plan, "origin", "r", {}), tip);
  pushed = revert::push(clone, {"origin", "r", tip, {}, {}});
  ASSERT_TRUE(pushed) << pushed.error().message;
  EXPECT_EQ(pushed->done, Done::before);

  EXPECT_EQ(*revert::delete_remote_branch(clone, "origin", "r", tip), Done::now);
  EXPECT_EQ(at_remote("r"), "");
  EXPECT_EQ(*revert::delete_remote_branch(clone, "origin", "r", tip), Done::before);
  EXPECT_EQ(*revert::delete_branch(clone, "r", tip), Done::now);
  EXPECT_EQ(*revert::delete_branch(clone, "r", tip), Done::before);
}

TEST_F(RevertPublish, UndoLeavesWhatMoved) {
  const std::string tip = branch("r");
  ASSERT_TRUE(revert::push(clone, {"origin", "r", tip, {}, {}}));
  repo.git_at(remote, {"update-ref", "refs/heads/r", bad});
  git({"update-ref", "refs/heads/r", bad});
  EXPECT_FALSE(revert::delete_branch(clone, "r", tip));
  EXPECT_FALSE(revert::delete_remote_branch(clone, "origin", "r", tip));
  EXPECT_EQ(at_remote("r"), bad);
  EXPECT_FALSE(revert::find_pushed(clone, request, plan, "origin", "r", {}));
  // A push never overwrites.
  const auto pushed = revert::push(clone, {"origin", "r", tip, {}, {}});
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().kind, ErrorKind::usage);
  git({"switch", "-q", "r"});
  EXPECT_FALSE(revert::delete_branch(clone, "r", bad)) << "it is checked out";
}

TEST_F(RevertPublish, DirectOnlyOntoWhatWasSeen) {
  const std::string tip = *revert::make_commits(clone, plan);
  const std::string later = repo.commit_file("b", "b\n");
  repo.git({"push", "-q", remote, "main"});
  const auto late = revert::push(clone, {"origin", "main", tip, {}, bad});
  ASSERT_FALSE(late);
  EXPECT_NE(late.error().message.find("it changed meanwhile"), std::string::npos)
      << late.error().message;
  EXPECT_EQ(at_remote("main"), later);
  repo.git_at(remote, {"update-ref", "refs/heads/main", bad});
  ASSERT_TRUE(revert::push(clone, {"origin", "main", tip, {}, bad}));
  EXPECT_EQ(at_remote("main"), tip);
}

TEST_F(RevertPublish, RejectionIsExplained) {
  const std::string tip = branch("r");
  const struct {
    const char *says, *expected;
  } cases[] = {
      {"GH006: Protected branch update failed", "the branch is protected"},
      {"GitLab: You are not allowed to push code to protected branches", "the branch is protected"},
      {"no", "a hook of the server declined it (it says: no)"},
  };
  for (const auto& one : cases) {
    write_file(remote + "/hooks/pre-receive",
               std::string("#!/bin/sh\necho '") + one.says + "' >&2\nexit 1\n");
    ASSERT_EQ(run(remote, {"chmod", "+x", "hooks/pre-receive"}).status, 0);
    const auto pushed = revert::push(clone, {"origin", "r", tip, {}, {}});
    ASSERT_FALSE(pushed);
    EXPECT_EQ(pushed.error().kind, ErrorKind::usage);
    EXPECT_NE(pushed.error().message.find(one.expected), std::string::npos)
        << pushed.error().message;
  }
  git({"remote", "set-url", "origin", repo.root() + "/nowhere.git"});
  const auto nowhere = revert::push(clone, {"origin", "r", tip, {}, {}});
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().kind, ErrorKind::undecided);
}

// ---- landed

class RevertLanded : public RevertPublish {
 protected:
  RevertLanded() : tip(branch("r")) {}
  // A commit on the remote's main, fetched.
  std::string on_main(const std::string& content, const std::string& message) {
    repo.write("a", content);
    std::string id = repo.commit(message);
    repo.git({"push", "-q", remote, "main"});
    git({"fetch", "-q"});
    return id;
  }
  std::string by(const std::string& commit, const std::string& at) {
    const auto out = revert::landed(clone, plan, commit, at);
    EXPECT_TRUE(out) << (out ? "" : out.error().message);
    return !out || !out->landed ? "" : out->by;
  }
  std::string tip;
};

TEST_F(RevertLanded, NotYet) {
  EXPECT_EQ(by(tip, bad), "");
  EXPECT_EQ(by(tip, on_main("3\n", "something else")), "");
}

TEST_F(RevertLanded, ByMerge) {
  git({"switch", "-q", "-c", "merged", bad});
  git({"merge", "-q", "--no-ff", "-m", "Merge", "r"});
  EXPECT_NE(by(tip, git({"rev-parse", "HEAD"})).find("is in it"), std::string::npos);
  // Taken back again.
  git({"revert", "--no-edit", "r"});
  EXPECT_EQ(by(tip, git({"rev-parse", "HEAD"})), "");
}

TEST_F(RevertLanded, BySquashThatKeepsTheMessage) {
  on_main("1\nand more\n", "Revert it (#12)\n\n* This reverts commit " + bad + ".");
  EXPECT_NE(by(tip, git({"rev-parse", "origin/main"})).find("says that it reverts it"),
            std::string::npos);
}

TEST_F(RevertLanded, BySquashWithAnotherMessage) {
  on_main("1\n", "Squashed");
  EXPECT_NE(by(tip, git({"rev-parse", "origin/main"})).find("the files are as"), std::string::npos);
  EXPECT_NE(by({}, git({"rev-parse", "origin/main"})), "");
}

TEST_F(RevertLanded, AllOfARange) {
  const std::string second = on_main("3\n", "change again");
  request.revisions = {bad, second};
  request.onto = second;
  plan = std::move(*revert::compute(clone, request, {}));
  on_main("2\n", "x\n\nThis reverts commit " + second + ".");
  EXPECT_EQ(by({}, git({"rev-parse", "origin/main"})), "");
  on_main("1\nx\n", "x\n\nThis reverts commit " + bad + ".");
  EXPECT_NE(by({}, git({"rev-parse", "origin/main"})), "");
}

}  // namespace
}  // namespace backout::test
