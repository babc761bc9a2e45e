// `backout lint`: files and folders without git, a history judged file by file, standard input.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "program.h"

namespace backout::test {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

class Lint : public testing::Test {
 protected:
  Lint() {
    write("db/migrations/0001_books.up.sql",
          "CREATE TABLE books (id bigint PRIMARY KEY, isbn text, note text);\n");
    write("db/migrations/0002_isbn.up.sql", "ALTER TABLE books DROP COLUMN isbn;\n");
    write("db/migrations/0003_price.up.sql", "ALTER TABLE books ADD COLUMN price integer;\n");
    write("db/migrations/0004_note.up.sql", "ALTER TABLE books DROP COLUMN note;\n");
    write("scripts/tidy.sql", "DROP TABLE old_books;\n");
    write("scripts/notes.txt", "DROP TABLE notes;\n");
  }
  void write(const std::string& path, std::string_view content) const {
    write_file(directory.path() + "/" + path, content);
  }
  std::string lint(Words words, const Setting& setting = {}) const {
    words.insert(words.begin(), "lint");
    return gist(report(directory.path(), words, setting));
  }
  Ended ended(Words words, const Setting& setting = {}) const {
    words.insert(words.begin(), "lint");
    return backout(directory.path(), words, setting);
  }

  const std::string isbn = " compat/drop-column@db/migrations/0002_isbn.up.sql:1";
  const std::string note = " compat/drop-column@db/migrations/0004_note.up.sql:1";
  const std::string tidy = " compat/drop-table@scripts/tidy.sql:1";
  TemporaryDirectory directory;
};

TEST_F(Lint, EachMigrationIsAChangeOnTopOfThoseBeforeIt) {
  const nlohmann::json seen = report(directory.path(), {"lint", "db"});
  EXPECT_EQ(gist(seen), "block" + isbn + note);
  EXPECT_EQ(seen["base"], nullptr);
  EXPECT_EQ(seen["histories"][0]["judged"], 4);
  const Ended text = ended({"db"});
  EXPECT_EQ(text.code, 1);
  EXPECT_NE(text.out.find("4 migrations in 4 files judged, each on top of those before it"),
            std::string::npos)
      << text.out;
}

TEST_F(Lint, NamesSayWhatIsJudged) {
  const struct {
    Words names;
    std::string expected;
  } cases[] = {
      {{"db/migrations/0002_isbn.up.sql"}, "block" + isbn},
      {{"./db//migrations/../migrations/0002_isbn.up.sql"}, "block" + isbn},
      {{"db/migrations/0003_price.up.sql"}, "pass"},
      {{"db/migrations/0004_note.up.sql", "db/migrations/0002_isbn.up.sql"}, "block" + isbn + note},
      {{directory.path() + "/scripts"},
       "block compat/drop-table@" + directory.path() + "/scripts/tidy.sql:1"},
      {{"."}, "block" + isbn + note + tidy},
      {{"scripts/", "db"}, "block" + isbn + note + tidy},
      {{"scripts/tidy.sql"}, "block" + tidy},
      {{"scripts/notes.txt"}, "block compat/drop-table@scripts/notes.txt:1"},
  };
  for (const auto& one : cases) EXPECT_EQ(lint(one.names), one.expected) << one.names[0];

  EXPECT_EQ(gist(report(directory.path() + "/scripts", {"lint", "../db"})),
            "block compat/drop-column@../db/migrations/0002_isbn.up.sql:1 "
            "compat/drop-column@../db/migrations/0004_note.up.sql:1");
}

TEST_F(Lint, WhatIsNotNamedIsHistory) {
  const nlohmann::json seen = report(directory.path(), {"lint", "db/migrations/0003_price.up.sql"});
  ASSERT_EQ(seen["inputs"].size(), 4U);
  EXPECT_EQ(seen["inputs"][2]["judged"], true);
  EXPECT_EQ(seen["inputs"][0]["judged"], false);
  EXPECT_EQ(seen["inputs"][0]["reason"], "not named");
}

TEST_F(Lint, TogetherIsOneChange) {
  EXPECT_EQ(lint({"--together", "db"}), "pass") << "nothing of it was there before";
  write("db/migrations/0005_again.up.sql", "ALTER TABLE books ADD COLUMN note text;\n");
  EXPECT_EQ(
      lint({"db/migrations/0004_note.up.sql", "db/migrations/0005_again.up.sql"}).substr(0, 5),
      "block");
  const std::string both =
      lint({"--together", "db/migrations/0004_note.up.sql", "db/migrations/0005_again.up.sql"});
  EXPECT_EQ(both.find("compat/drop-column"), std::string::npos) << both;
}

TEST_F(Lint, NamesThatAreNotThere) {
  for (const char* name : {"nosuch", "db/nosuch.sql", "db/migrations/0001_books.up.sql/x"}) {
    const Ended seen = ended({"db", name});
    EXPECT_EQ(seen.code, 2) << name;
    EXPECT_EQ(seen.out, "") << name;
    EXPECT_EQ(seen.err, std::string("backout: `") + name + "` does not exist\n");
  }
  EXPECT_EQ(ended({}).code, 2);
  EXPECT_NE(ended({}).err.find("give files, folders or `-`"), std::string::npos);
}

TEST_F(Lint, NothingToJudgeIsNoPass) {
  fs::create_directory(directory.path() + "/empty");
  EXPECT_EQ(ended({"empty"}).code, 3);
  EXPECT_EQ(ended({"empty", "--allow-empty"}).code, 0);
  if (::geteuid() != 0) {
    fs::permissions(directory.path() + "/db/migrations", fs::perms::none);
    EXPECT_EQ(ended({"db"}).code, 2);
    fs::permissions(directory.path() + "/db/migrations", fs::perms::owner_all);
  }
}

TEST_F(Lint, StandardInput) {
  const struct {
    const char* text;
    const char* expected;
    int code;
  } cases[] = {
      {"SELECT 1;\n\nDROP TABLE books;\n", "block compat/drop-table@-:3", 1},
      {"CREATE TABLE a (x integer); DROP TABLE a;", "pass", 0},
      {"-- +goose Up\nCREATE TABLE a (x integer);\n-- +goose Down\nDROP TABLE a;\n", "pass", 0},
      {"-- migrate:up\nDROP TABLE a;\n-- migrate:down\nSELECT 1;\n", "block compat/drop-table@-:2",
       1},
      {"DROP TABEL books;\n", "block txn/unparsed-statement@-:1", 1},
      {"", "undecided", 3},
      {" \n\t\n", "undecided", 3},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(lint({"-"}, {.input = one.text}).find(one.expected), 0U) << one.text;
    EXPECT_EQ(ended({"-"}, {.input = one.text}).code, one.code) << one.text;
  }
  const Ended both = ended({"-", "db"}, {.input = "DROP TABLE books;"});
  EXPECT_EQ(both.code, 2);
  EXPECT_NE(both.err.find("is judged alone"), std::string::npos) << both.err;
  EXPECT_EQ(ended({"-", "--allow-empty"}).code, 0);
  write(".backout.yaml", "limits: {file_bytes: 10}\n");
  const Ended large = ended({"-"}, {.input = "CREATE TABLE a (x integer);"});
  EXPECT_EQ(large.code, 3);
  EXPECT_NE(large.err.find("limits.file_bytes"), std::string::npos) << large.err;
}

TEST_F(Lint, AFileCalledMinusIsReachedByItsPath) {
  write("-", "DROP TABLE minus;\n");
  EXPECT_EQ(lint({"./-"}), "block compat/drop-table@-:1");
}

TEST_F(Lint, TheConfigurationOfTheFolder) {
  write(".backout.yaml", "rules: {compat/drop-column: note}\n");
  EXPECT_EQ(lint({"db"}), "pass" + isbn + note);
  write("other.yaml", "rules: {compat/drop-column: off}\n");
  EXPECT_EQ(lint({"db", "--config", "other.yaml"}), "pass");
  write(".backout.yaml", "rules: {compat/drop-colunm: note}\n");
  const Ended wrong = ended({"db"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_NE(wrong.err.find("did you mean `compat/drop-column`?"), std::string::npos) << wrong.err;
  EXPECT_EQ(ended({"db", "--config", "nosuch.yaml"}).code, 2);
}

TEST_F(Lint, LinksAreNotFollowed) {
  write("outside.sql", "DROP TABLE secret;\n");
  fs::create_symlink("../../outside.sql", directory.path() + "/db/migrations/0005_link.up.sql");
  fs::create_directory_symlink(directory.path(), directory.path() + "/db/all");
  const Ended text = ended({"db"});
  EXPECT_EQ(text.code, 1);
  EXPECT_EQ(text.out.find("secret"), std::string::npos) << text.out;
  EXPECT_EQ(lint({"db"}),
            "block" + isbn + note + " release/unreadable-migration@db/migrations/0005_link.up.sql");
  EXPECT_EQ(lint({"db/migrations/0005_link.up.sql"}),
            "block release/unreadable-migration@db/migrations/0005_link.up.sql");
  fs::create_symlink("scripts", directory.path() + "/link");
  EXPECT_EQ(lint({"link"}), "block compat/drop-table@link/tidy.sql:1") << "named, so meant";
}

}  // namespace
}  // namespace backout::test
