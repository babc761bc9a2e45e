// `backout check` on real repositories: which two states it compares, what it reads them from, and
// what it says it looked at.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "program.h"

namespace backout::test {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr const char* books = "CREATE TABLE books (id bigint PRIMARY KEY, isbn text, note text);\n";
constexpr const char* drop_isbn = "ALTER TABLE books DROP COLUMN isbn;\n";
constexpr const char* add_price = "ALTER TABLE books ADD COLUMN price integer;\n";

// A released table on `main`; the branch `side` drops a column.
class Check : public testing::Test {
 protected:
  Check() {
    released = repo.commit_file("db/migrations/0001_books.up.sql", books);
    repo.git({"checkout", "-q", "-b", "side"});
    head = repo.commit_file("db/migrations/0002_drop.up.sql", drop_isbn);
  }
  std::string clone(const Words& options = {}) const {
    std::string path = repo.root() + "/clone";
    Words words = {"clone", "-q"};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"file://" + repo.path(), path});
    repo.git_at(repo.root(), words);
    return path;
  }

  const std::string dropped = "block compat/drop-column@db/migrations/0002_drop.up.sql:1";
  Repo repo;
  std::string released, head;
};

TEST_F(Check, JudgesWhatTheBranchAddsSinceItLeft) {
  repo.git({"checkout", "-q", "main"});
  const std::string moved_on =
      repo.commit_file("db/migrations/0003_note.up.sql", "ALTER TABLE books DROP COLUMN note;\n");
  repo.git({"checkout", "-q", "side"});
  const nlohmann::json seen = report(repo.path(), {"check", "--base", "main"});
  EXPECT_EQ(gist(seen), dropped);
  EXPECT_EQ(seen["base"]["name"], "main");
  EXPECT_EQ(seen["base"]["id"], released);
  EXPECT_EQ(seen["base"]["chosen_by"], "--base, merge base");
  EXPECT_EQ(seen["head"]["id"], head);

  const Ended text = backout(repo.path(), {"check", "--base", "main"});
  EXPECT_EQ(text.code, 1);
  EXPECT_NE(text.out.find("1 migration in 1 file judged against main " + released.substr(0, 12) +
                          " (--base, merge base)"),
            std::string::npos)
      << text.out;
}

TEST_F(Check, TheHeadNeedNotBeCheckedOut) {
  repo.git({"checkout", "-q", "main"});
  EXPECT_EQ(gist(report(repo.path(), {"check", "--base", "main", "--head", "side"})), dropped);
  EXPECT_EQ(gist(report(repo.path(), {"check", "--base", "main"})), "pass");
  repo.git({"tag", "-a", "-m", "release", "v1", "side"});
  EXPECT_EQ(gist(report(repo.path(), {"check", "--base", released, "--head", "v1"})), dropped);
}

TEST_F(Check, ReadsObjectsAndNotTheWorktree) {
  repo.write("db/migrations/0002_drop.up.sql", add_price);
  repo.write("db/migrations/0003_more.up.sql", "DROP TABLE books;\n");
  fs::remove(repo.path() + "/db/migrations/0001_books.up.sql");
  repo.write(".backout.yaml", "rules: {compat: off}\n");
  EXPECT_EQ(gist(report(repo.path(), {"check", "--base", "main"})), dropped);
  fs::create_directories(repo.path() + "/db/other");
  EXPECT_EQ(gist(report(repo.path() + "/db/other", {"check", "--base", "main"})), dropped);
  const std::string bare = clone({"--bare"});
  EXPECT_EQ(gist(report(bare, {"check", "--base", "main", "--head", "side"})), dropped);
}

TEST_F(Check, WithoutABaseTheDefaultBranchOfTheRemote) {
  const std::string path = clone({"-b", "side"});
  repo.git_at(path, {"remote", "set-head", "origin", "main"});
  const nlohmann::json seen = report(path, {"check"});
  EXPECT_EQ(gist(seen), dropped);
  EXPECT_EQ(seen["base"]["chosen_by"], "`origin/main` (the remote's default branch)");
  const Ended text = backout(path, {"check"});
  EXPECT_NE(text.out.find("(`origin/main` (the remote's default branch))"), std::string::npos)
      << text.out;

  const Ended none = backout(repo.path(), {"check"});
  EXPECT_EQ(none.code, 2);
  EXPECT_EQ(none.out, "");
  EXPECT_NE(none.err.find("give `--base REV`"), std::string::npos) << none.err;
}

TEST_F(Check, TheBaseComesFromTheCi) {
  const std::string path = clone({"-b", "side"});
  write_file(repo.root() + "/event.json", R"({"merge_group": {"base_sha": ")" + released + "\"}}");
  const struct {
    Environment environment;
    std::string chosen_by;
  } cases[] = {
      {{{"GITHUB_ACTIONS", "true"},
        {"GITHUB_EVENT_NAME", "pull_request"},
        {"GITHUB_BASE_REF", "main"}},
       "GITHUB_BASE_REF (pull request into `main`)"},
      {{{"GITHUB_ACTIONS", "true"},
        {"GITHUB_EVENT_NAME", "merge_group"},
        {"GITHUB_EVENT_PATH", repo.root() + "/event.json"}},
       "merge_group.base_sha (merge queue)"},
      {{{"GITLAB_CI", "true"},
        {"CI_MERGE_REQUEST_DIFF_BASE_SHA", released},
        {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"}},
       "CI_MERGE_REQUEST_DIFF_BASE_SHA (merge request into `main`)"},
      {{{"BUILDKITE", "true"},
        {"BUILDKITE_PULL_REQUEST", "7"},
        {"BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main"}},
       "BUILDKITE_PULL_REQUEST_BASE_BRANCH (pull request into `main`)"},
  };
  for (const auto& one : cases) {
    const nlohmann::json seen = report(path, {"check"}, {.environment = one.environment});
    EXPECT_EQ(gist(seen), dropped) << one.chosen_by;
    EXPECT_EQ(seen["base"]["chosen_by"], one.chosen_by);
    EXPECT_EQ(seen["base"]["id"], released) << one.chosen_by;
  }
  // The flag beats the CI.
  const nlohmann::json seen =
      report(path, {"check", "--base", head}, {.environment = cases[0].environment});
  EXPECT_EQ(gist(seen), "pass");
  EXPECT_EQ(seen["base"]["chosen_by"], "--base");
}

TEST_F(Check, PathsNarrowWhatIsJudged) {
  repo.git({"checkout", "-q", "main"});
  repo.commit_file("other/migrations/0001_a.up.sql", "CREATE TABLE a (x integer);\n");
  repo.git({"checkout", "-q", "side"});
  repo.git({"rebase", "-q", "main"});
  repo.write("other/migrations/0002_b.up.sql", "DROP TABLE a;\n");
  repo.commit("change of it");
  const std::string other = "block compat/drop-table@other/migrations/0002_b.up.sql:1";
  const std::string both = dropped + other.substr(5);
  const struct {
    const char* folder;
    Words paths;
    std::string expected;
  } cases[] = {
      {"", {}, both},
      {"", {"."}, both},
      {"", {"db"}, dropped},
      {"", {"./db/migrations/"}, dropped},
      {"", {"db//migrations/../migrations"}, dropped},
      {"", {"db/migrations/0002_drop.up.sql"}, dropped},
      {"", {"db/migrations/0001_books.up.sql"}, "pass"},
      {"", {"db", "other"}, both},
      {"", {repo.path() + "/other"}, other},
      {"/db", {}, both},
      {"/db", {"migrations"}, dropped},
      {"/db", {"."}, dropped},
      {"/db", {"../other"}, other},
  };
  for (const auto& one : cases) {
    Words words = {"check", "--base", "main"};
    words.insert(words.end(), one.paths.begin(), one.paths.end());
    EXPECT_EQ(gist(report(repo.path() + one.folder, words)), one.expected)
        << one.folder << ' ' << (one.paths.empty() ? "" : one.paths[0]);
  }
}

TEST_F(Check, APathThatNamesNothingIsAnError) {
  for (const char* path : {"nosuch", "db/migrations/0002", "/elsewhere", "..", "../side"}) {
    const Ended ended = backout(repo.path(), {"check", "--base", "main", path});
    EXPECT_EQ(ended.code, 2) << path << ended.out;
    EXPECT_EQ(ended.out, "") << path;
    EXPECT_NE(ended.err.find(std::string("`") + path + "`"), std::string::npos) << ended.err;
  }
  repo.git({"rm", "-q", "-r", "db"});
  repo.commit("gone");
  EXPECT_EQ(gist(report(repo.path(), {"check", "--base", "main", "db"})).substr(0, 5), "block")
      << "a folder that only the base has";
}

TEST_F(Check, AChangeWithoutMigrationsPasses) {
  repo.git({"checkout", "-q", "main"});
  repo.git({"checkout", "-q", "-b", "code"});
  repo.commit_file("main.go", "package main\n");
  const Ended ended = backout(repo.path(), {"check", "--base", "main"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.out.find("0 migrations in 0 files judged against main"), std::string::npos)
      << ended.out;
  EXPECT_EQ(backout(repo.path(), {"check", "--base", "main", "-q"}).out, "");
}

TEST_F(Check, NothingThatCouldBeJudgedIsNoPass) {
  Repo empty;
  empty.commit_file("main.go", "package main\n");
  const nlohmann::json seen = report(empty.path(), {"check", "--base", "main"});
  EXPECT_EQ(gist(seen), "undecided");
  EXPECT_EQ(seen["verdict"]["exit_code"], 3);
  EXPECT_EQ(backout(empty.path(), {"check", "--base", "main", "--allow-empty"}).code, 0);
}

TEST_F(Check, EveryFileThatWasLookedAtIsInTheReport) {
  repo.write("db/migrations/price.mysql.sql", "ALTER TABLE `books` ADD price INT;\n");
  repo.write("db/sqlite/0001_books.sql", "CREATE TABLE books (id INTEGER);\n");
  repo.write("node_modules/pkg/0001_x.up.sql", "DROP TABLE books;\n");
  repo.write("scripts/report.sql", "SELECT count(*) FROM books;\n");
  repo.write("db/migrations/README.md", "text\n");
  repo.commit("more files");
  const nlohmann::json seen = report(repo.path(), {"check", "--base", "main"});
  EXPECT_EQ(gist(seen), dropped);
  const struct {
    const char* path;
    bool judged;
    const char* use;
    const char* reason;
  } cases[] = {
      {"db/migrations/0001_books.up.sql", false, "golang-migrate, up", "as released"},
      {"db/migrations/0002_drop.up.sql", true, "golang-migrate, up", ""},
      {"db/migrations/price.mysql.sql", false, "", "MySQL dialect"},
      {"db/sqlite/0001_books.sql", false, "", "SQLite dialect"},
      {"node_modules/pkg/0001_x.up.sql", false, "", "vendored code"},
      {"scripts/report.sql", false, "", "no migration framework recognised in this folder"},
  };
  ASSERT_EQ(seen["inputs"].size(), std::size(cases)) << seen["inputs"].dump(1);
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    const nlohmann::json& input = seen["inputs"][i];
    EXPECT_EQ(input["path"], cases[i].path);
    EXPECT_EQ(input["judged"], cases[i].judged) << cases[i].path;
    EXPECT_EQ(input["use"], cases[i].use) << cases[i].path;
    EXPECT_EQ(input["reason"], cases[i].reason) << cases[i].path;
    EXPECT_EQ(input["blob"], repo.git({"rev-parse", std::string("HEAD:") + cases[i].path}));
  }
  const Ended text = backout(repo.path(), {"check", "--base", "main"});
  for (const char* words : {"4 files not judged", "1 MySQL dialect", "1 SQLite dialect"})
    EXPECT_NE(text.out.find(words), std::string::npos) << text.out;
}

TEST_F(Check, IgnoresInForceAreListed) {
  repo.commit_file(
      "db/migrations/0002_drop.up.sql",
      "-- backout:ignore compat/drop-column unread since 1.3\n" + std::string(drop_isbn));
  const nlohmann::json seen = report(repo.path(), {"check", "--base", "main"});
  EXPECT_EQ(gist(seen), "pass release/gate-weakened@db/migrations/0002_drop.up.sql:1");
  EXPECT_EQ(seen["findings"][0]["level"], "warning");
  ASSERT_EQ(seen["ignores"].size(), 1U);
  EXPECT_EQ(seen["ignores"][0]["reason"], "unread since 1.3");
  EXPECT_EQ(seen["ignores"][0]["hidden"][0]["name"], "public.books.isbn");
  const Ended text = backout(repo.path(), {"check", "--base", "main"});
  EXPECT_NE(text.out.find("ignored: compat/drop-column at db/migrations/0002_drop.up.sql:1, hides "
                          "1 finding: unread since 1.3"),
            std::string::npos)
      << text.out;
}

TEST_F(Check, AWeakerConfigurationIsFoundAndAStricterOneHeeded) {
  repo.git({"checkout", "-q", "main"});
  repo.commit_file(".backout.yaml",
                   "rules: {compat/drop-column: warning}\napprovals: {signers: ops/signers}\n");
  repo.commit_file("ops/signers", "ana@acme.example ssh-ed25519 AAAA\n");
  const auto changed = [&](const char* config, const char* signers) {
    repo.git({"checkout", "-q", "-B", "changed", "main"});
    repo.write("db/migrations/0002_drop.up.sql", drop_isbn);
    repo.write(".backout.yaml", config);
    repo.write("ops/signers", signers);
    repo.git({"add", "-A"});
    repo.git({"commit", "-q", "-m", "x"});
    return gist(report(repo.path(), {"check", "--base", "main"}));
  };
  const std::string found = " compat/drop-column@db/migrations/0002_drop.up.sql:1",
                    weakened = " release/gate-weakened@.backout.yaml:1";
  const char* const before =
      "rules: {compat/drop-column: warning}\napprovals: {signers: ops/signers}\n";
  const char* const ana = "ana@acme.example ssh-ed25519 AAAA\n";
  EXPECT_EQ(changed(before, ana), "pass" + found);
  EXPECT_EQ(changed("rules: {compat/drop-column: off}\napprovals: {signers: ops/signers}\n", ana),
            "block" + weakened + found)
      << "it is judged by the base's";
  EXPECT_EQ(changed("rules: {compat/drop-column: error}\napprovals: {signers: ops/signers}\n", ana),
            "block" + found)
      << "raised by the change itself";
  EXPECT_EQ(changed(before, "eve@acme.example ssh-ed25519 BBBB\n"),
            "block" + found + " release/gate-weakened@ops/signers:1");
  repo.git({"rm", "-q", ".backout.yaml"});
  repo.git({"commit", "-q", "-m", "y"});
  repo.write("own.yaml", "rules: {compat: off}\n");
  EXPECT_EQ(gist(report(repo.path(), {"check", "--base", "main", "--config", "own.yaml"})), "pass")
      << "the user's own file is in force";
}

TEST_F(Check, WhatWasReleasedStaysAsItIs) {
  repo.git({"checkout", "-q", "main"});
  repo.commit_file("db/migrations/0005_price.up.sql", add_price);
  const struct {
    std::function<void()> change;
    const char* expected;
  } cases[] = {
      {[&] { repo.write("db/migrations/0001_books.up.sql", "CREATE TABLE books (id bigint);\n"); },
       "block release/migration-edited-after-release@db/migrations/0001_books.up.sql"},
      {[&] { fs::remove(repo.path() + "/db/migrations/0005_price.up.sql"); },
       "block release/migration-deleted-after-release@db/migrations/0005_price.up.sql"},
      {[&] { repo.write("db/migrations/0003_a.up.sql", "CREATE TABLE a (x integer);\n"); },
       "release/out-of-order-version@db/migrations/0003_a.up.sql"},
      {[&] { repo.write("db/migrations/0005_a.up.sql", "CREATE TABLE a (x integer);\n"); },
       "block release/duplicate-version@db/migrations/0005_"},
      {[&] {
         fs::rename(repo.path() + "/db/migrations/0005_price.up.sql",
                    repo.path() + "/db/migrations/0005_cost.up.sql");
       },
       "pass"},
  };
  for (const auto& one : cases) {
    repo.git({"checkout", "-q", "-B", "edit", "main"});
    one.change();
    repo.commit("edit");
    const std::string seen = gist(report(repo.path(), {"check", "--base", "main"}));
    EXPECT_NE(seen.find(one.expected), std::string::npos) << seen << "\n" << one.expected;
  }
}

}  // namespace
}  // namespace backout::test
