// The index in all its forms. What hooks see is in git_hooks_test.cpp.
#include <gtest/gtest.h>
#include <unistd.h>

#include "git/blob.h"
#include "git/staged.h"
#include "repo.h"

namespace backout::git {
namespace {

using test::Repo;
using test::variables;

// "path=content path=content …", or the error.
std::string staged_files(const Repo& repo, const test::Environment& environment = {}) {
  auto repository = open(repo.path(), variables(environment));
  if (!repository) return repository.error().message;
  auto tree = staged(*repository);
  if (!tree)
    return (tree.error().kind == ErrorKind::undecided ? "undecided: " : "") + tree.error().message;
  std::string text;
  for (const Entry& entry : tree->entries) {
    auto blob = read_blob(*repository, entry.blob, 100, entry.path);
    text +=
        (text.empty() ? "" : " ") + entry.path + "=" + (blob ? *blob->bytes : blob.error().message);
  }
  return text;
}

TEST(GitStaged, EmptyAndPartial) {
  Repo repo;
  EXPECT_EQ(staged_files(repo), "");
  repo.write("a.sql", "staged");
  repo.git({"add", "."});
  repo.write("a.sql", "worktree");
  repo.write("untracked", "x");
  EXPECT_EQ(staged_files(repo), "a.sql=staged");
}

TEST(GitStaged, IndexFileOfTheEnvironment) {
  Repo repo;
  repo.commit_file("a.sql", "one");
  repo.git({"read-tree", "--empty"}, {{"GIT_INDEX_FILE", ".git/other"}});
  EXPECT_EQ(staged_files(repo, {{"GIT_INDEX_FILE", ".git/other"}}), "");
  EXPECT_EQ(staged_files(repo, {{"GIT_INDEX_FILE", repo.path() + "/.git/index"}}), "a.sql=one");
}

// Each way git may write an index; libgit2 reads some of them.
TEST(GitStaged, Formats) {
  struct Case {
    const char* name;
    std::vector<std::vector<std::string>> commands;
  };
  for (const Case& c :
       {Case{"plain", {}}, Case{"version 4", {{"update-index", "--index-version", "4"}}},
        Case{"split", {{"update-index", "--split-index"}}},
        Case{"untracked", {{"update-index", "--untracked-cache"}}},
        Case{"sparse",
             {{"sparse-checkout", "init", "--cone", "--sparse-index"},
              {"sparse-checkout", "set", "kept"}}},
        Case{"fsmonitor",
             {{"config", "core.fsmonitor", "touch ../ran; false"},
              {"update-index", "--fsmonitor"}}}}) {
    Repo repo;
    repo.write("kept/a\nb", "1");
    repo.write("kept/c", "2");
    repo.write("other/d", "3");
    repo.commit("all");
    for (const auto& command : c.commands) repo.git(command);
    repo.write("kept/c", "4");
    repo.git({"-c", "core.fsmonitor=false", "add", "kept/c"});
    EXPECT_EQ(staged_files(repo), "kept/a\nb=1 kept/c=4 other/d=3") << c.name;
  }
}

TEST(GitStaged, ProgramsTheRepositoryNamesAreNotRun) {
  Repo repo;
  repo.commit_file("a", "1");
  repo.git({"update-index", "--split-index"});  // needs git's help
  repo.git({"config", "core.fsmonitor", "touch " + repo.root() + "/ran; false"});
  repo.git({"config", "diff.external", "touch " + repo.root() + "/ran"});
  EXPECT_EQ(staged_files(repo), "a=1");
  EXPECT_NE(::access((repo.root() + "/ran").c_str(), F_OK), 0);
}

// `index.skipHash` leaves the checksum at the end zero (git 2.40; done by hand for older ones).
TEST(GitStaged, NoChecksum) {
  Repo repo;
  repo.commit_file("a", "1");
  std::string bytes = test::read_file(repo.path() + "/.git/index");
  bytes.replace(bytes.size() - 20, 20, std::string(20, '\0'));
  test::write_file(repo.path() + "/.git/index", bytes);
  EXPECT_EQ(staged_files(repo), "a=1");
}

TEST(GitStaged, IntentToAddIsNotPartOfTheCommit) {
  for (bool split : {false, true}) {
    Repo repo;
    repo.commit_file("a", "1");
    repo.write("b", "2");
    repo.git({"add", "--intent-to-add", "b"});
    if (split) repo.git({"update-index", "--split-index"});
    EXPECT_EQ(staged_files(repo), "a=1");
  }
}

TEST(GitStaged, ConflictsAreUndecided) {
  for (bool split : {false, true}) {
    Repo repo;
    repo.commit_file("a", "1");
    repo.git({"checkout", "-q", "-b", "side"});
    repo.commit_file("a", "2");
    repo.git({"checkout", "-q", "main"});
    repo.commit_file("a", "3");
    EXPECT_NE(test::run(repo.path(),
                        {"git", "-c", "user.name=a", "-c", "user.email=a@b", "merge", "side"})
                  .status,
              0);
    if (split) repo.git({"update-index", "--split-index"});
    EXPECT_EQ(
        staged_files(repo),
        "undecided: `a` has an unresolved conflict in the index; resolve it and `git add` it");
  }
}

TEST(GitStaged, DamagedIndexesAreUndecided) {
  Repo repo;
  repo.commit_file("a", "1");
  std::string bytes = test::read_file(repo.path() + "/.git/index");
  for (const std::string& damaged :
       {std::string("x"), bytes.substr(0, 30), std::string(4096, '\0')}) {
    test::write_file(repo.path() + "/.git/index", damaged);
    EXPECT_EQ(staged_files(repo).rfind("undecided: cannot read the index", 0), 0U)
        << staged_files(repo);
  }
}

}  // namespace
}  // namespace backout::git
