// The hook scripts, run by git itself, with a stand-in for the program that prints what it sees
// from inside.
#include <gtest/gtest.h>

#include <filesystem>

#include "repo.h"

namespace backout {
namespace {

namespace fs = std::filesystem;
using test::Repo;

class GitHooks : public testing::Test {
 protected:
  GitHooks() {
    fs::path bin = fs::path(repo.root()) / "bin";
    fs::create_directories(bin);
    fs::path probe = fs::read_symlink("/proc/self/exe").parent_path() / "git_probe";
    EXPECT_TRUE(fs::exists(probe)) << probe;
    fs::create_symlink(probe, bin / "backout");
    environment = {{"PATH", bin.string() + ":" + std::getenv("PATH")}, {"PROBE_OUTPUT", output()}};
  }

  std::string output() const { return repo.root() + "/seen"; }

  void install(const char* name) {
    fs::path hooks = fs::path(repo.path()) / ".git/hooks";
    fs::create_directories(hooks);
    fs::copy_file(fs::path(BACKOUT_SOURCE_DIR) / "hooks" / name, hooks / name);
  }

  // What the hook printed while git ran.
  std::string seen(const std::vector<std::string>& arguments, const std::string& directory = "") {
    fs::remove(output());
    repo.git_at(directory.empty() ? repo.path() : directory, arguments, environment);
    return fs::exists(output()) ? test::read_file(output()) : "hook did not run";
  }

  Repo repo;
  test::Environment environment;
};

TEST_F(GitHooks, FirstCommit) {
  install("pre-commit");
  repo.write("a.sql", "one");
  repo.git({"add", "."});
  EXPECT_EQ(seen({"commit", "-qm", "first"}), "[check][--staged]\nA a.sql=one\n");
}

TEST_F(GitHooks, PlainCommitSeesTheIndexAndNotTheWorktree) {
  repo.commit_file("a.sql", "one");
  repo.commit_file("gone.sql", "old");
  install("pre-commit");
  repo.write("a.sql", "staged");
  repo.git({"add", "a.sql"});
  repo.write("a.sql", "later");
  repo.write("untracked.sql", "no");
  repo.git({"rm", "-q", "gone.sql"});
  EXPECT_EQ(seen({"commit", "-qm", "x"}), "[check][--staged]\nM a.sql=staged\nD gone.sql=\n");
}

TEST_F(GitHooks, CommitAllHasATemporaryIndex) {
  repo.commit_file("a.sql", "one");
  install("pre-commit");
  repo.write("a.sql", "two");
  EXPECT_EQ(seen({"commit", "-qam", "x"}), "[check][--staged]\nM a.sql=two\n");
}

TEST_F(GitHooks, CommitOfPathsLeavesOutWhatElseIsStaged) {
  repo.commit_file("a.sql", "one");
  repo.commit_file("b.sql", "one");
  install("pre-commit");
  repo.write("a.sql", "two");
  repo.write("b.sql", "two");
  repo.git({"add", "."});
  EXPECT_EQ(seen({"commit", "-qm", "x", "--", "b.sql"}), "[check][--staged]\nM b.sql=two\n");
}

TEST_F(GitHooks, AmendIsJudgedAgainstHead) {
  repo.commit_file("a.sql", "one");
  install("pre-commit");
  repo.write("b.sql", "more");
  repo.git({"add", "."});
  EXPECT_EQ(seen({"commit", "-q", "--amend", "--no-edit"}), "[check][--staged]\nA b.sql=more\n");
}

TEST_F(GitHooks, CommitFromASubdirectory) {
  repo.commit_file("db/a.sql", "one");
  install("pre-commit");
  repo.write("db/a.sql", "two");
  EXPECT_EQ(seen({"commit", "-qam", "x"}, repo.path() + "/db"),
            "[check][--staged]\nM db/a.sql=two\n");
}

TEST_F(GitHooks, LinkedWorktree) {
  repo.commit_file("a.sql", "one");
  install("pre-commit");
  std::string linked = repo.root() + "/linked";
  repo.git({"worktree", "add", "-q", "-b", "side", linked});
  test::write_file(linked + "/a.sql", "two");
  EXPECT_EQ(seen({"commit", "-qam", "x"}, linked), "[check][--staged]\nM a.sql=two\n");
  test::write_file(linked + "/a.sql", "three");
  repo.git_at(linked, {"add", "."});
  EXPECT_EQ(seen({"commit", "-qm", "x"}, linked), "[check][--staged]\nM a.sql=three\n");
}

TEST_F(GitHooks, WorktreeElsewhere) {
  repo.commit_file("a.sql", "one");
  install("pre-commit");
  test::write_file(repo.root() + "/away/a.sql", "two");
  EXPECT_EQ(seen({"--git-dir", repo.path() + "/.git", "--work-tree", ".", "commit", "-qam", "x"},
                 repo.root() + "/away"),
            "[check][--staged]\nM a.sql=two\n");
}

TEST_F(GitHooks, IndexesThatLibgit2CannotRead) {
  repo.commit_file("a.sql", "one");
  repo.git({"update-index", "--split-index"});
  install("pre-commit");
  repo.write("a.sql", "two");
  repo.git({"add", "."});
  EXPECT_EQ(seen({"commit", "-qm", "x"}), "[check][--staged]\nM a.sql=two\n");
  repo.write("a.sql", "three");
  EXPECT_EQ(seen({"commit", "-qam", "x"}), "[check][--staged]\nM a.sql=three\n");
}

TEST_F(GitHooks, MissingProgramStopsTheCommit) {
  install("pre-commit");
  repo.write("a.sql", "one");
  repo.git({"add", "."});
  auto ran = test::run(repo.path(),
                       {"git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_NE(ran.output.find("backout is not on the PATH"), std::string::npos) << ran.output;
}

TEST_F(GitHooks, PushJudgesEachBranchAndNothingElse) {
  std::string first = repo.commit_file("a.sql", "one");
  repo.git({"checkout", "-q", "-b", "side"});
  std::string second = repo.commit_file("a.sql", "two");
  repo.git({"tag", "v1"});
  install("pre-push");
  repo.git_at(repo.root(), {"init", "-q", "--bare", "remote"});
  repo.git({"remote", "add", "origin", repo.root() + "/remote"});
  EXPECT_EQ(seen({"push", "-q", "origin", "main"}), "[check][--head][" + first + "]\n");
  EXPECT_EQ(seen({"push", "-q", "origin", "side"}), "[check][--head][" + second + "]\n");
  EXPECT_EQ(seen({"push", "-q", "origin", "v1"}), "hook did not run");
  EXPECT_EQ(seen({"push", "-q", "origin", ":side"}), "hook did not run");
}

}  // namespace
}  // namespace backout
