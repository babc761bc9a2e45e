// The index in all its forms. What hooks see is in git_hooks_test.cpp.
#include <gtest/gtest.h>
#include <unistd.h>

#include "git/blob.h"
#include "git/index_file.h"
#include "git/revision.h"
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
  auto both = staged(*repository);
  if (!both)
    return (both.error().kind == ErrorKind::undecided ? "undecided: " : "") + both.error().message;
  std::string text;
  for (const Entry& entry : both->after.entries) {
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
    bool ours;  // read here, not by git
    std::vector<std::vector<std::string>> commands;
  };
  for (const Case& c : {Case{"plain", true, {}},
                        Case{"version 4", true, {{"update-index", "--index-version", "4"}}},
                        Case{"split", false, {{"update-index", "--split-index"}}},
                        Case{"untracked", true, {{"update-index", "--untracked-cache"}}},
                        Case{"sparse",
                             false,
                             {{"sparse-checkout", "init", "--cone", "--sparse-index"},
                              {"sparse-checkout", "set", "kept"}}},
                        Case{"fsmonitor",
                             true,
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
    auto parsed = parse_index(test::read_file(repo.path() + "/.git/index"));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->has_value(), c.ours) << c.name;
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

// HEAD's files come from the index where git knows that a directory has not changed.
TEST(GitStaged, BeforeIsHeadWhateverGitHasCached) {
  Repo repo;
  for (const char* path : {"a/b/1", "a/b/2", "a/c/1", "a.x", "a0", "b/1", "top"})
    repo.write(path, path);
  repo.commit("all");
  auto check = [&](const char* what) {
    auto repository = open(repo.path(), variables({}));
    ASSERT_TRUE(repository);
    auto commit = resolve(*repository, "HEAD");
    ASSERT_TRUE(commit);
    auto both = staged(*repository);
    ASSERT_TRUE(both) << both.error().message;
    EXPECT_TRUE(diff(*list(*repository, commit->tree), both->before).empty()) << what;
    EXPECT_EQ(diff(*repository, commit->tree, *parse_oid(repo.git({"write-tree"})))->size(),
              diff(both->before, both->after).size())
        << what;
  };
  check("nothing staged");
  repo.write("a/b/1", "changed");
  repo.git({"add", "."});
  check("a file");
  repo.git({"rm", "-rq", "--cached", "a/c"});
  check("a directory gone");
  repo.write("new/1", "x");
  repo.git({"add", "new"});
  check("a directory more");
  repo.git({"read-tree", "--empty"});
  check("nothing left");
  repo.git({"read-tree", "HEAD"});
  repo.git({"commit", "-q", "--allow-empty", "-m", "again"});
  check("an empty commit");
}

TEST(GitStaged, AnyBytesAreReadOrRefused) {
  Repo repo;
  for (const char* path : {"a/b", "a/c", "d"}) repo.write(path, path);
  repo.commit("all");
  for (const char* version : {"2", "4"}) {
    repo.git({"update-index", "--index-version", version});
    std::string bytes = test::read_file(repo.path() + "/.git/index");
    auto whole = parse_index(bytes);
    ASSERT_TRUE(whole && *whole);
    EXPECT_EQ((*whole)->files.entries.size(), 3U);
    EXPECT_EQ((*whole)->directories.size(), 2U);
    for (std::size_t size = 0; size < bytes.size() - 20; ++size) {
      auto cut = parse_index(bytes.substr(0, size));
      EXPECT_TRUE(cut && (!*cut || (*cut)->files.entries.size() == 3)) << size;
    }
    for (std::size_t at = 0; at < bytes.size(); ++at)
      for (char byte : {'\0', '\xff', 'A', '9'}) {
        std::string damaged = bytes;
        damaged[at] = byte;
        auto parsed = parse_index(damaged);  // must come back; most bytes mean nothing to us
        EXPECT_TRUE(!parsed || !*parsed || (*parsed)->files.entries.size() <= 3) << at;
      }
  }
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
