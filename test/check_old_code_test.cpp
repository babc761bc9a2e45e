// Contract steps in `backout check` on real repositories: who still names what goes, in which
// release, and what cannot be told.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "program.h"

namespace backout::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* orders =
    "CREATE TABLE orders (id bigint PRIMARY KEY, gift_note text, name text);\n";
constexpr const char* drop = "ALTER TABLE orders DROP COLUMN gift_note;\n";
constexpr const char* uses =
    "package orders\n\nconst q = \"INSERT INTO orders (gift_note) VALUES ($1)\"\n";
constexpr const char* unused =
    "package orders\n\nconst q = \"INSERT INTO orders (id) VALUES ($1)\"\n";

// `main` with a table and code that `code` is; the branch `side` drops a column.
class OldCodeCheck : public testing::Test {
 protected:
  void release(const std::string& name, std::string_view code) {
    repo.write("db/migrations/0001_orders.up.sql", orders);
    repo.write("orders/orders.go", code);
    repo.write("version", name);
    repo.commit("release " + name);
    if (!name.empty()) repo.git({"tag", name});
  }
  void configure(const std::string& text) { repo.commit_file(".backout.yaml", text); }
  void side(std::string_view migration = drop) {
    repo.git({"checkout", "-q", "-b", "side"});
    repo.commit_file("db/migrations/0002_contract.up.sql", migration);
  }
  nlohmann::json check(const std::string& path = {}) {
    return report(path.empty() ? repo.path() : path, {"check", "--base", "main"}, {}, &ended);
  }
  // The notes of the only finding of a rule, a line each.
  static std::string notes(const nlohmann::json& report, const std::string& rule) {
    std::string out;
    for (const auto& finding : report["findings"])
      if (finding["rule"] == rule)
        for (const auto& note : finding["notes"]) out += note["text"].get<std::string>() + "\n";
    return out;
  }
  static std::string message(const nlohmann::json& report, const std::string& rule) {
    for (const auto& finding : report["findings"])
      if (finding["rule"] == rule) return finding["message"];
    return "no " + rule;
  }

  const std::string blocked = "block compat/drop-column@db/migrations/0002_contract.up.sql:1";
  const std::string proven = "pass compat/drop-column@db/migrations/0002_contract.up.sql:1";
  Repo repo;
  Ended ended;
};

void expect_holds(const std::string& text, std::string_view words) {
  EXPECT_NE(text.find(words), std::string::npos) << words << "\nin\n" << text;
}

TEST_F(OldCodeCheck, BlockedWithFileAndLine) {
  release("", uses);
  side();
  const nlohmann::json seen = check();
  EXPECT_EQ(gist(seen), blocked +
                            " release/code-still-references@db/migrations/"
                            "0002_contract.up.sql:1");
  const std::string said = notes(seen, "compat/drop-column");
  expect_holds(said, "`gift_note` is used by main (1 place in 1 file)\n");
  expect_holds(
      said,
      "main orders/orders.go:3: `const q = \"INSERT INTO orders (gift_note) VALUES ($1)\"` "
      "(SQL)\n");
}

TEST_F(OldCodeCheck, ProvenPasses) {
  release("", unused);
  side();
  const nlohmann::json seen = check();
  EXPECT_EQ(gist(seen), proven);
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(seen["findings"][0]["level"], "note");
  EXPECT_EQ(message(seen, "compat/drop-column"),
            "column `public.orders.gift_note` is dropped: no code of `main` names it any longer");
  expect_holds(
      notes(seen, "compat/drop-column"),
      "proof: searched 2 files of main for `gift_note` in every spelling; left out: 1 file (");
}

TEST_F(OldCodeCheck, OtherObjectsPassWithProofToo) {
  repo.write("db/migrations/0001_orders.up.sql",
             "CREATE TYPE mood AS ENUM ('very_sad', 'happy');\n"
             "CREATE TABLE shelves (id bigint PRIMARY KEY);\n"
             "CREATE TABLE gift_cards (id bigint PRIMARY KEY, code_text text NOT NULL);\n"
             "CREATE VIEW open_gifts AS SELECT id FROM gift_cards;\n"
             "CREATE FUNCTION gift_total() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';\n"
             "CREATE TABLE parcels (id bigint PRIMARY KEY, code_text text NOT NULL);\n");
  repo.commit_file("main.go", "package main\n\nconst q = \"SELECT id FROM shelves\"\n");
  for (const char* step :
       {"DROP VIEW open_gifts;\n", "DROP FUNCTION gift_total();\n",
        "DROP VIEW open_gifts;\nDROP TABLE gift_cards;\n", "DROP TABLE parcels;\n",
        "ALTER TABLE parcels RENAME TO boxes;\n", "ALTER TABLE parcels RENAME code_text TO code;\n",
        "ALTER TABLE parcels DROP COLUMN code_text;\n", "DROP TYPE mood;\n",
        "ALTER TYPE mood RENAME VALUE 'very_sad' TO 'sad';\n",
        "ALTER FUNCTION gift_total() RENAME TO total;\n"}) {
    repo.git({"checkout", "-q", "-B", "side", "main"});
    repo.commit_file("db/migrations/0002_contract.up.sql", step);
    const nlohmann::json seen = check();
    EXPECT_EQ(ended.code, 0) << step << gist(seen) << ended.err;
    EXPECT_FALSE(seen["findings"].empty()) << step;
    repo.git({"checkout", "-q", "-B", "used", "main"});
    repo.commit_file("main.go",
                     "package main\n// x\nvar q = []string{\"SELECT * FROM open_gifts, gift_cards, "
                     "parcels, code_text, gift_total(), mood, 'very_sad'\"}\n");
    repo.commit_file("db/migrations/0002_contract.up.sql", step);
    EXPECT_EQ(
        report(repo.path(), {"check", "--base", "main", "--head", "used"})["verdict"]["decision"],
        "block")
        << step;
  }
}

// Absence of the name does not help against these.
TEST_F(OldCodeCheck, TighteningIsNotProvenByAbsence) {
  release("", unused);
  side("ALTER TABLE orders ALTER COLUMN gift_note SET NOT NULL;\n");
  EXPECT_EQ(gist(check()), "block compat/set-not-null@db/migrations/0002_contract.up.sql:1");
}

TEST_F(OldCodeCheck, NotProven) {
  const struct {
    std::string code, said;
  } cases[] = {
      {"const q = \"SELECT * FROM orders\"", "statements may use `gift_note` without naming it"},
      {"q := fmt.Sprintf(\"SELECT %s FROM orders\", c)", "main orders/orders.go:3"},
      {"giftNote := cart.Read()",
       "`gift_note` occurs, and may be something else, in main (1 place"},
  };
  for (const auto& [code, said] : cases) {
    release("", "package x\n\n" + code + "\n");
    repo.git({"checkout", "-q", "-B", "side"});
    repo.commit_file("db/migrations/0002_contract.up.sql", drop);
    const nlohmann::json seen = check();
    EXPECT_EQ(gist(seen), blocked) << code;
    expect_holds(notes(seen, "compat/drop-column"), said);
    repo.git({"checkout", "-q", "main"});
  }
}

TEST_F(OldCodeCheck, MigrationsAloneProveNothing) {
  repo.commit_file("db/migrations/0001_orders.up.sql", orders);
  repo.write("README.md", "orders\n");
  repo.write("Makefile", "migrate:\n\tmigrate up\n");
  repo.commit_file("deploy/job.yaml", "kind: Job\n");
  side();
  const nlohmann::json seen = check();
  EXPECT_EQ(gist(seen), blocked);
  expect_holds(notes(seen, "compat/drop-column"), "this repository holds no code");
}

TEST_F(OldCodeCheck, CodeOfSomethingElseProvesNothing) {
  release("", "package tools\n\nfunc orders() {}\n");
  side();
  const nlohmann::json seen = check();
  EXPECT_EQ(gist(seen), blocked);
  expect_holds(notes(seen, "compat/drop-column"),
               "no program in this repository names any table of the database");
}

TEST_F(OldCodeCheck, OnlyTheOldestOfThreeReleasesUsesIt) {
  release("v1.2.0", uses);
  release("v1.9.0", unused);
  release("v1.10.0", unused);
  configure("releases: {tags: 'v*', window: 3}\n");
  side();
  nlohmann::json seen = check();
  EXPECT_EQ(gist(seen), blocked +
                            " release/contract-inside-rollback-window@db/migrations/"
                            "0002_contract.up.sql:1");
  const std::string said = notes(seen, "compat/drop-column");
  expect_holds(said, "holds for `main`, `v1.10.0`, `v1.9.0` and `v1.2.0`\n");
  expect_holds(said,
               "`gift_note` is used by v1.2.0 (1 place in 1 file)\nv1.2.0 orders/orders.go:3");
  expect_holds(message(seen, "release/contract-inside-rollback-window"),
               "keep it until that release has left the window of 3 releases");

  // One release later it is out of the window.
  repo.git({"checkout", "-q", "main"});
  release("v1.11.0", unused);
  repo.git({"rebase", "-q", "main", "side"});
  seen = check();
  EXPECT_EQ(gist(seen), proven);
  expect_holds(message(seen, "compat/drop-column"), "`v1.11.0`, `v1.10.0` and `v1.9.0`");
  expect_holds(notes(seen, "compat/drop-column"), "3 files of v1.11.0, ");
}

// Dropped from the schema of an older release that the base no longer remembers.
TEST_F(OldCodeCheck, TheChangeIsJudgedAgainstEachReleasesSchema) {
  release("v1", unused);
  repo.write("db/migrations/0002_later.up.sql", "ALTER TABLE orders ADD COLUMN later_note text;\n");
  repo.commit_file("orders/later.go",
                   "package orders\n\nconst l = \"SELECT later_note FROM orders\"\n");
  repo.git({"tag", "v2"});
  configure("releases: {tags: 'v*', window: 2}\n");
  repo.git({"checkout", "-q", "-b", "side"});
  repo.commit_file("db/migrations/0003_contract.up.sql",
                   "ALTER TABLE orders DROP COLUMN later_note;\n");
  const nlohmann::json seen = check();
  const std::string said = notes(seen, "compat/drop-column");
  expect_holds(said, "holds for `main` and `v2`\n");
  EXPECT_EQ(said.find("v1"), std::string::npos) << said;
}

TEST_F(OldCodeCheck, ASquashMergeHidesNothing) {
  release("v1", uses);
  configure("releases: {tags: 'v*'}\n");
  repo.git({"checkout", "-q", "-b", "work"});
  repo.commit_file("orders/orders.go", unused);
  repo.commit_file("db/migrations/0002_contract.up.sql", drop);
  repo.git({"checkout", "-q", "main"});
  repo.git({"checkout", "-q", "-b", "side"});
  repo.git({"merge", "-q", "--squash", "work"});
  repo.commit("everything");
  const nlohmann::json seen = check();
  EXPECT_EQ(gist(seen), blocked +
                            " release/contract-with-code-change@db/migrations/"
                            "0002_contract.up.sql:1");
  expect_holds(notes(seen, "compat/drop-column"), "v1 orders/orders.go:3");
  expect_holds(message(seen, "release/contract-with-code-change"), "`orders/orders.go`");
}

TEST_F(OldCodeCheck, AShallowCloneIsUndecided) {
  for (const char* name : {"v1", "v2", "v3"}) release(name, std::string(unused) + "// " + name);
  configure("releases: {tags: 'v*', window: 3}\n");
  side();
  const struct {
    std::vector<std::string> options;
    std::string said;
  } cases[] = {{{}, "this shallow clone holds 1 of the releases that a rollback may go back to"},
               {{"--no-tags"}, "this clone is shallow: run `git fetch --unshallow`"}};
  for (const auto& [options, said] : cases) {
    const TemporaryDirectory folder;
    std::vector<std::string> words{"clone", "-q", "--depth=3", "--branch=side"};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"file://" + repo.path(), folder.path() + "/clone"});
    repo.git_at(repo.root(), words);
    const Ended ran = backout(folder.path() + "/clone", {"check", "--base", "HEAD~1"});
    EXPECT_EQ(ran.code, 3) << ran.out;
    expect_holds(ran.err, said);
  }
}

TEST_F(OldCodeCheck, AMissingBlobIsUndecided) {
  release("v1", unused);
  side();
  const std::string clone = repo.root() + "/clone";
  repo.git({"config", "uploadpack.allowFilter", "true"});
  repo.git_at(repo.root(), {"clone", "-q", "--filter=blob:limit=80", "--no-checkout",
                            "file://" + repo.path(), clone});
  const std::string large(200, 'x');
  repo.git({"checkout", "-q", "main"});
  repo.commit_file("orders/more.go", "package orders // " + large + "\n");
  repo.git({"rebase", "-q", "main", "side"});
  repo.git_at(clone, {"fetch", "-q"});
  const Ended ran = backout(clone, {"check", "--base", "origin/main", "--head", "origin/side"});
  EXPECT_EQ(ran.code, 1) << ran.out;
  expect_holds(ran.out, "old code is not searched");
}

TEST_F(OldCodeCheck, WhatCannotBeReadProvesNothing) {
  const struct {
    std::function<void(const Repo&)> make;
    std::string said;
  } cases[] = {
      {[](const Repo& r) {
         r.write("orders/big.go", "version https://git-lfs.github.com/spec/v1\noid sha256:1\n");
       },
       "`orders/big.go` lies in LFS storage, not in git"},
      {[](const Repo& r) { fs::create_symlink("/etc/orders.go", r.path() + "/orders/link.go"); },
       "`orders/link.go` is a link that leads out of the repository"},
      {[](const Repo& r) {
         r.write("orders/w.cs", std::string("\xff\xfe"
                                            "o\0r\0",
                                            6));
       },
       "`orders/w.cs` is in UTF-16"},
      {[](const Repo& r) {
         r.git({"update-index", "--add", "--cacheinfo",
                "160000," + std::string(40, 'a') + ",orders/lib"});
       },
       "`orders/lib` is a submodule"},
      {[](const Repo& r) {
         r.write(".backout.yaml", "limits: {file_bytes: 1000}\n");
         r.write("orders/huge.go", std::string(2000, 'x'));
       },
       "`orders/huge.go` is larger than 1000 bytes"},
  };
  int number = 0;
  for (const auto& [make, said] : cases) {
    Repo one;
    one.write("db/migrations/0001_orders.up.sql", orders);
    one.write("orders/orders.go", unused);
    one.commit("code");
    make(one);
    if (number++ != 3) one.git({"add", "-A"});
    one.git({"commit", "-q", "-m", "odd"});
    one.git({"checkout", "-q", "-f", "-b", "side"});
    one.write("db/migrations/0002_contract.up.sql", drop);
    one.git({"add", "db"});
    one.git({"commit", "-q", "-m", "drop"});
    const nlohmann::json seen = report(one.path(), {"check", "--base", "main"});
    EXPECT_EQ(gist(seen), blocked) << said;
    expect_holds(notes(seen, "compat/drop-column"), "not proven unused: " + said);
  }
}

// What is no obstacle: links inside, vendored submodules, pictures, other bytes.
TEST_F(OldCodeCheck, WhatIsNoCodeDoesNotMatter) {
  release("", unused);
  fs::create_symlink("orders.go", repo.path() + "/orders/link.go");
  fs::create_symlink("../orders", repo.path() + "/db/folder");
  repo.write("orders/latin.py", "x = 'caf\xe9'\n");
  repo.write("logo.png", std::string("\x89PNG\0gift_note", 14));
  repo.write("README.md", "gift_note of orders\n");
  repo.write("vendor/x/x.go", uses);
  repo.write("orders/orders_test.go", uses);
  repo.write("orders/old.gen.go", uses);
  repo.write("orders/sqlc.go", std::string("// Code generated by sqlc. DO NOT EDIT.\n") + uses);
  repo.write("legacy/orders.go", uses);
  repo.write(".backout.yaml", "releases: {exclude: [legacy/**]}\n");
  repo.commit("more");
  side();
  EXPECT_EQ(gist(check()), proven);
}

TEST_F(OldCodeCheck, OnlyTheConfiguredCodeCounts) {
  release("", unused);
  repo.write("web/cart.ts", "const q = 'SELECT gift_note FROM orders';\n");
  repo.write(".backout.yaml", "migrations:\n  - {path: db/migrations, code: [orders]}\n");
  repo.commit("web");
  side();
  EXPECT_EQ(gist(check()), proven);
}

TEST_F(OldCodeCheck, StagedToo) {
  release("v1", uses);
  repo.write("db/migrations/0002_contract.up.sql", drop);
  repo.git({"add", "-A"});
  const nlohmann::json seen = report(repo.path(), {"check", "--staged"});
  expect_holds(notes(seen, "compat/drop-column"), "HEAD orders/orders.go:3");
}

}  // namespace
}  // namespace backout::test
