// `backout check --staged` and the hooks, as git runs them: the index that the commit will hold,
// against HEAD.
#include <gtest/gtest.h>

#include <filesystem>

#include "program.h"

namespace backout::test {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr const char* first = "db/migrations/0001_books.up.sql";
constexpr const char* second = "db/migrations/0002_drop.up.sql";
constexpr const char* books = "CREATE TABLE books (id bigint PRIMARY KEY, isbn text);\n";
constexpr const char* drop_isbn = "ALTER TABLE books DROP COLUMN isbn;\n";
constexpr const char* add_price = "ALTER TABLE books ADD COLUMN price integer;\n";
const std::string dropped = std::string("block compat/drop-column@") + second + ":1";

std::string staged(const std::string& directory, const Environment& environment = {}) {
  return gist(report(directory, {"check", "--staged"}, {.environment = environment}));
}

TEST(CheckStaged, JudgesTheIndexAgainstHead) {
  const Repo repo;
  const std::string id = repo.commit_file(first, books);
  repo.write(second, drop_isbn);
  EXPECT_EQ(staged(repo.path()), "pass") << "not staged";
  repo.git({"add", "."});
  EXPECT_EQ(staged(repo.path()), dropped);
  repo.write(second, add_price);
  EXPECT_EQ(staged(repo.path()), dropped) << "staged is what counts, not the worktree";
  repo.git({"add", "."});
  EXPECT_EQ(staged(repo.path()), "pass");

  const nlohmann::json seen = report(repo.path(), {"check", "--staged"});
  EXPECT_EQ(seen["mode"], "staged");
  EXPECT_EQ(seen["base"]["id"], id);
  EXPECT_EQ(seen["head"]["name"], "index");
  EXPECT_EQ(seen["inputs"][1]["blob"], repo.git({"rev-parse", std::string(":") + second}));
}

TEST(CheckStaged, PartialStaging) {
  const Repo repo;
  repo.commit_file(first, books);
  repo.write(second, add_price);
  repo.git({"add", "."});
  repo.write(second, std::string(add_price) + drop_isbn);  // as `add -p` leaves it
  EXPECT_EQ(staged(repo.path()), "pass");
  repo.git({"add", "."});
  EXPECT_EQ(staged(repo.path()), dropped.substr(0, dropped.size() - 1) + "2");
}

TEST(CheckStaged, FirstCommit) {
  const Repo repo;
  repo.write(first, books);
  repo.git({"add", "."});
  const nlohmann::json seen = report(repo.path(), {"check", "--staged"});
  EXPECT_EQ(gist(seen), "pass");
  EXPECT_EQ(seen["inputs"][0]["judged"], true);
  EXPECT_EQ(seen["base"]["name"], "nothing");
}

TEST(CheckStaged, Deletions) {
  const Repo repo;
  repo.commit_file(first, books);
  repo.git({"rm", "-q", "--cached", first});
  EXPECT_EQ(staged(repo.path()),
            std::string("block release/migration-deleted-after-release@") + first);
}

TEST(CheckStaged, TheIndexOfTheEnvironment) {
  const Repo repo;
  repo.commit_file(first, books);
  const Environment other = {{"GIT_INDEX_FILE", repo.root() + "/other-index"}};
  repo.git({"read-tree", "HEAD"}, other);
  repo.write(second, drop_isbn);
  repo.git({"add", "."}, other);
  EXPECT_EQ(staged(repo.path()), "pass");
  EXPECT_EQ(staged(repo.path(), other), dropped);
}

TEST(CheckStaged, GitDirAndWorktrees) {
  const Repo repo;
  repo.commit_file(first, books);
  const std::string linked = repo.root() + "/linked";
  repo.git({"worktree", "add", "-q", "-b", "side", linked});
  write_file(linked + "/" + second, drop_isbn);
  repo.git_at(linked, {"add", "."});
  EXPECT_EQ(staged(linked), dropped);
  EXPECT_EQ(staged(linked + "/db"), dropped);
  EXPECT_EQ(staged(repo.path()), "pass");
  EXPECT_EQ(staged(repo.root(), {{"GIT_DIR", repo.path() + "/.git/worktrees/linked"},
                                 {"GIT_WORK_TREE", linked}}),
            dropped);
  EXPECT_EQ(
      staged(repo.root(), {{"GIT_DIR", repo.path() + "/.git"}, {"GIT_WORK_TREE", repo.path()}}),
      "pass");
}

TEST(CheckStaged, TakesNoRevisions) {
  const Repo repo;
  repo.commit_file(first, books);
  const Ended ended = backout(repo.path(), {"check", "--staged", "--base", "main"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_NE(ended.err.find("takes neither `--base` nor `--head`"), std::string::npos) << ended.err;
}

TEST(CheckStaged, ConflictsAreUndecided) {
  const Repo repo;
  repo.commit_file(first, books);
  repo.git({"checkout", "-q", "-b", "side"});
  repo.commit_file(second, drop_isbn);
  repo.git({"checkout", "-q", "main"});
  repo.commit_file(second, add_price);
  const Ran merged =
      run(repo.path(), {"git", "-c", "user.name=a", "-c", "user.email=a@b", "merge", "-q", "side"});
  ASSERT_NE(merged.status, 0) << merged.output;
  const Ended ended = backout(repo.path(), {"check", "--staged"});
  EXPECT_EQ(ended.code, 3) << ended.out << ended.err;
  EXPECT_NE(ended.err.find("conflict"), std::string::npos) << ended.err;
}

// ---- the scripts of hooks/, installed as their README says

class Hooks : public testing::Test {
 protected:
  Hooks() {
    repo.commit_file(first, books);
    const fs::path bin = fs::path(repo.root()) / "bin";
    fs::create_directories(bin);
    fs::create_symlink(BACKOUT_PROGRAM, bin / "backout");
    environment = {{"PATH", bin.string() + ":" + std::getenv("PATH")},
                   {"HOME", repo.root()},
                   {"GIT_CONFIG_GLOBAL", "/dev/null"},
                   {"GIT_CONFIG_NOSYSTEM", "1"},
                   {"GIT_AUTHOR_NAME", "a"},
                   {"GIT_AUTHOR_EMAIL", "a@example.org"},
                   {"GIT_COMMITTER_NAME", "a"},
                   {"GIT_COMMITTER_EMAIL", "a@example.org"}};
  }
  void install(const char* name) const {
    fs::create_directories(repo.path() + "/.git/hooks");
    fs::copy_file(fs::path(BACKOUT_SOURCE_DIR) / "hooks" / name,
                  repo.path() + "/.git/hooks/" + name);
  }
  Ran git(Words words) const {
    words.insert(words.begin(), "git");
    return run(repo.path(), words, environment);
  }

  Repo repo;
  Environment environment;
};

TEST_F(Hooks, PreCommitStopsTheCommit) {
  install("pre-commit");
  const std::string before = repo.git({"rev-parse", "HEAD"});
  repo.write(second, drop_isbn);
  repo.git({"add", "."});
  const Ran stopped = git({"commit", "-qm", "drop"});
  EXPECT_EQ(stopped.status, 1);
  EXPECT_NE(stopped.output.find("compat/drop-column"), std::string::npos) << stopped.output;
  EXPECT_EQ(repo.git({"rev-parse", "HEAD"}), before);

  repo.write(second, add_price);
  EXPECT_EQ(git({"commit", "-qm", "staged text is still the drop"}).status, 1);
  const Ran let_through = git({"commit", "-qam", "add"});  // a temporary index
  EXPECT_EQ(let_through.status, 0) << let_through.output;
  EXPECT_NE(repo.git({"rev-parse", "HEAD"}), before);
}

TEST_F(Hooks, PrePushStopsThePush) {
  repo.git_at(repo.root(), {"init", "-q", "--bare", "-b", "main", "remote"});
  repo.git({"remote", "add", "origin", repo.root() + "/remote"});
  repo.git({"push", "-q", "origin", "main"});
  install("pre-push");
  repo.git({"checkout", "-q", "-b", "side"});
  repo.commit_file(second, drop_isbn);
  repo.commit_file("main.go", "package main\n");  // the drop is not in the last commit
  repo.git({"checkout", "-q", "main"});
  const Ran stopped = git({"push", "-q", "origin", "side"});
  EXPECT_EQ(stopped.status, 1);
  EXPECT_NE(stopped.output.find("compat/drop-column"), std::string::npos) << stopped.output;
  EXPECT_EQ(repo.git({"ls-remote", "origin", "side"}), "");

  repo.git({"checkout", "-q", "-b", "fine"});
  repo.commit_file(second, add_price);
  const Ran let_through = git({"push", "-q", "origin", "fine"});
  EXPECT_EQ(let_through.status, 0) << let_through.output;
}

}  // namespace
}  // namespace backout::test
