// What a repository does not hold, or holds in a form that cannot be read, is never a pass: the
// message names the remedy.
#include <gtest/gtest.h>

#include <filesystem>

#include "program.h"

namespace backout::test {
namespace {

using Words = std::vector<std::string>;

class CheckClone : public testing::Test {
 protected:
  CheckClone() {
    repo.commit_file("db/migrations/0001_books.up.sql",
                     "CREATE TABLE books (id bigint PRIMARY KEY, isbn text);\n");
    repo.git({"checkout", "-q", "-b", "side"});
    repo.commit_file("main.txt", "package main\n");
    repo.commit_file("db/migrations/0002_drop.up.sql", "ALTER TABLE books DROP COLUMN isbn;\n");
    repo.git({"config", "uploadpack.allowFilter", "true"});
    repo.git({"config", "uploadpack.allowAnySHA1InWant", "true"});
  }
  std::string clone(const Words& options) const {
    std::string path = repo.root() + "/clone";
    std::filesystem::remove_all(path);
    Words words = {"clone", "-q"};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"file://" + repo.path(), path});
    repo.git_at(repo.root(), words);
    return path;
  }
  // Nothing on standard output, `code`, and every one of `words` in the message.
  static void expect_refused(const std::string& where, const Words& arguments, int code,
                             const Words& words, const Environment& environment = {}) {
    const Ended ended = backout(where, arguments, {.environment = environment});
    EXPECT_EQ(ended.code, code) << ended.out << ended.err;
    EXPECT_EQ(ended.out, "");
    EXPECT_TRUE(ended.err.starts_with("backout: ")) << ended.err;
    for (const std::string& word : words)
      EXPECT_NE(ended.err.find(word), std::string::npos) << word << "\n" << ended.err;
  }

  const std::string dropped = "block compat/drop-column@db/migrations/0002_drop.up.sql:1";
  Repo repo;
};

TEST_F(CheckClone, ShallowWithoutTheBase) {
  const std::string path = clone({"--depth", "1", "-b", "side"});
  expect_refused(path, {"check", "--base", "origin/main"}, 2, {"git fetch", "origin"});
  expect_refused(path, {"check", "--base", "HEAD~1"}, 3, {"shallow", "--unshallow"});
  repo.git_at(path, {"fetch", "-q", "--depth", "1", "origin", "+main:refs/remotes/origin/main"});
  expect_refused(path, {"check", "--base", "origin/main"}, 3, {"shallow", "--unshallow"});
  expect_refused(path, {"check", "--base", "origin/main"}, 3, {"fetch-depth: 0"},
                 {{"GITHUB_ACTIONS", "true"}});
}

TEST_F(CheckClone, ShallowWithTheBase) {
  const std::string path = clone({"--depth", "3", "--no-single-branch", "-b", "side"});
  EXPECT_EQ(gist(report(path, {"check", "--base", "origin/main"})), dropped);
}

TEST_F(CheckClone, PartialClonesNeedTheFilesThatAreJudged) {
  const std::string full =
      clone({"--filter=blob:none", "-b", "side"});  // with its worktree's blobs
  EXPECT_EQ(gist(report(full, {"check", "--base", "origin/main"})), dropped);
  const std::string empty = clone({"--filter=blob:none", "--no-checkout", "-b", "side"});
  expect_refused(empty, {"check", "--base", "origin/main"}, 3, {"the clone is partial"});
  const std::string treeless = clone({"--filter=tree:0", "--no-checkout", "-b", "side"});
  expect_refused(treeless, {"check", "--base", "origin/main"}, 3,
                 {"the root", "the clone is partial"});
}

TEST_F(CheckClone, UnknownRevisions) {
  const std::string path = repo.path();
  expect_refused(path, {"check", "--base", "mian"}, 2, {"`mian`", "did you mean `main`?"});
  expect_refused(path, {"check", "--base", "main", "--head", "sied"}, 2, {"did you mean `side`?"});
  expect_refused(path, {"check", "--base", std::string(40, 'a')}, 3, {"git fetch origin"});
  expect_refused(path, {"check", "--base", "main:db"}, 2, {"main:db"});
  expect_refused(path, {"check", "--base", "--upload-pack=x"}, 2, {});
  expect_refused(path, {"check", "--base="}, 2, {});
  repo.git({"checkout", "-q", "--orphan", "alone"});
  repo.commit("unrelated");
  expect_refused(path, {"check", "--base", "main"}, 2, {"no commit in common"});
}

TEST_F(CheckClone, NoRepositoryAndFormatsThatCannotBeRead) {
  expect_refused(repo.root(), {"check", "--base", "main"}, 2, {"git repository"});
  const Repo sha256({"--object-format=sha256"});
  sha256.commit("first");
  expect_refused(sha256.path(), {"check", "--base", "main"}, 3, {"SHA-256"});
  repo.git({"config", "core.repositoryFormatVersion", "1"});
  repo.git({"config", "extensions.somethingNew", "true"});
  expect_refused(repo.path(), {"check", "--base", "main"}, 3, {"somethingnew"});
}

TEST_F(CheckClone, ADamagedRepository) {
  const std::string id = repo.git({"rev-parse", "side:db/migrations/0002_drop.up.sql"});
  const std::string path = repo.path() + "/.git/objects/" + id.substr(0, 2) + "/" + id.substr(2);
  ASSERT_TRUE(std::filesystem::remove(path));
  expect_refused(repo.path(), {"check", "--base", "main"}, 3, {"0002_drop.up.sql"});
}

// ---- the configuration

class CheckConfig : public CheckClone {
 protected:
  // Commits the configuration on main, and the branch on top.
  void release(const std::string& text) const {
    repo.git({"checkout", "-q", "main"});
    repo.commit_file(".backout.yaml", text);
    repo.git({"checkout", "-q", "side"});
    repo.git({"rebase", "-q", "-X", "theirs", "main"});
  }
};

TEST_F(CheckConfig, IsThatOfTheBase) {
  repo.commit_file(".backout.yaml", "rules: {compat: off}\n");
  EXPECT_EQ(gist(report(repo.path(), {"check", "--base", "main"})),
            "block release/gate-weakened@.backout.yaml:1 "
            "compat/drop-column@db/migrations/0002_drop.up.sql:1")
      << "a change cannot weaken its own gate";
  repo.git({"reset", "-q", "--hard", "HEAD~1"});
  release("rules:\n  compat/drop-column: warning\n");
  const nlohmann::json seen = report(repo.path(), {"check", "--base", "main"});
  EXPECT_EQ(seen["verdict"]["decision"], "pass");
  EXPECT_EQ(seen["findings"][0]["level"], "warning");
  EXPECT_EQ(seen["configuration"]["ref"], "main");
  EXPECT_EQ(seen["configuration"]["path"], ".backout.yaml");
  EXPECT_EQ(seen["configuration"]["blob"], repo.git({"rev-parse", "main:.backout.yaml"}));
  // Removing it in the change does not help either.
  repo.git({"rm", "-q", ".backout.yaml"});
  repo.git({"commit", "-q", "-m", "without"});
  EXPECT_EQ(report(repo.path(), {"check", "--base", "main"})["counts"]["warning"], 1);
}

TEST_F(CheckConfig, OfTheIndexIsThatOfHead) {
  release("rules: {compat: warning}\n");
  repo.write(".backout.yaml", "rules: {compat: off}\n");
  repo.write("db/migrations/0003_x.up.sql", "DROP TABLE books;\n");
  repo.git({"add", "."});
  const nlohmann::json findings = report(repo.path(), {"check", "--staged"})["findings"];
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0]["rule"], "release/gate-weakened");
  EXPECT_EQ(findings[1]["level"], "warning");
}

TEST_F(CheckConfig, ErrorsNamePlaceAndRemedy) {
  release("rulez:\n  compat: off\n");
  expect_refused(repo.path(), {"check", "--base", "main"}, 2,
                 {".backout.yaml:1:1: unknown key `rulez`", "did you mean `rules`?"});
  release("rules:\n  compat/drop-colum: off\n");
  expect_refused(repo.path(), {"check", "--base", "main"}, 2,
                 {".backout.yaml:2:3", "did you mean `compat/drop-column`?"});
  release("migrations:\n  - path: db\n    framwork: goose\n");
  expect_refused(repo.path(), {"check", "--base", "main"}, 2, {"did you mean `framework`?"});
}

TEST_F(CheckConfig, ABrokenOneIsStoppedBeforeItIsTheBase) {
  repo.commit_file(".backout.yaml", "rulez: {}\n");
  const nlohmann::json seen = report(repo.path(), {"check", "--base", "main"});
  EXPECT_EQ(gist(seen), dropped);
  ASSERT_EQ(seen["errors"].size(), 1U);
  const std::string message = seen["errors"][0]["message"];
  EXPECT_NE(message.find("unknown key `rulez`"), std::string::npos) << message;
  repo.git({"rm", "-q", "db/migrations/0002_drop.up.sql"});
  repo.commit("only the configuration");
  EXPECT_EQ(backout(repo.path(), {"check", "--base", "main"}).code, 2);
}

TEST_F(CheckConfig, LinksAreNotFollowed) {
  repo.git({"checkout", "-q", "main"});
  repo.write("rules.yaml", "rules: {compat: off}\n");
  std::filesystem::create_symlink("rules.yaml", repo.path() + "/.backout.yaml");
  repo.commit("link");
  repo.git({"checkout", "-q", "side"});
  repo.git({"rebase", "-q", "main"});
  expect_refused(repo.path(), {"check", "--base", "main"}, 2, {"link"});
}

TEST_F(CheckConfig, AFileOfTheUserBeatsThatOfTheBase) {
  release("rules: {compat: off}\n");
  write_file(repo.root() + "/mine.yaml", "rules: {compat: error}\n");
  const nlohmann::json seen =
      report(repo.path(), {"check", "--base", "main", "--config", repo.root() + "/mine.yaml"});
  EXPECT_EQ(gist(seen), dropped);
  EXPECT_EQ(seen["configuration"]["path"], repo.root() + "/mine.yaml");
  expect_refused(repo.path(), {"check", "--base", "main", "--config", "none.yaml"}, 2,
                 {"`none.yaml` does not exist"});
}

TEST_F(CheckConfig, NamesMigrationsAndDump) {
  release(
      "migrations:\n  - path: db/migrations\n    framework: golang-migrate\n"
      "    schema: db/structure.sql\n");
  expect_refused(repo.root(), {"check"}, 2, {});
  nlohmann::json seen = report(repo.path(), {"check", "--base", "main"});
  EXPECT_EQ(gist(seen), dropped) << "blocked whatever else was not seen";
  EXPECT_EQ(seen["limits"].size(), 1U) << "the dump is not there";
  repo.git({"checkout", "-q", "main"});
  repo.commit_file("db/structure.sql", "CREATE TABLE authors (id bigint);\n");
  repo.git({"checkout", "-q", "-B", "side"});
  repo.commit_file("db/migrations/0002_a.up.sql", "DROP TABLE authors;\n");
  EXPECT_EQ(gist(report(repo.path(), {"check", "--base", "main"})),
            "block compat/drop-table@db/migrations/0002_a.up.sql:1");
}

}  // namespace
}  // namespace backout::test
