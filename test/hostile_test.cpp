// Input made to break the gate, through the whole program: never a crash, never a hang, bounded
// memory, and never a pass for what could not be read.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "program.h"

namespace backout::test {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr double most_seconds = 10 * slowdown;
constexpr std::size_t megabyte = 1 << 20;
constexpr std::size_t memory = slowdown * megabyte;  // a megabyte of it

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  out.reserve(text.size() * count);
  while (count-- > 0) out += text;
  return out;
}

class Hostile : public testing::Test {
 protected:
  void write(const std::string& path, std::string_view content) const {
    write_file(directory.path() + "/" + path, content);
  }
  // Lints everything; within the bounds on time and memory.
  nlohmann::json lint(std::size_t most_bytes = 300 * memory) const {
    Ended ended;
    nlohmann::json seen = report(directory.path(), {"lint", "m"}, {}, &ended);
    EXPECT_LT(ended.seconds, most_seconds);
    EXPECT_LT(ended.peak_bytes, most_bytes);
    EXPECT_LT(ended.out.size(), megabyte) << "a report that nobody can read";
    return seen;
  }
  TemporaryDirectory directory;
};

// ---- statements that are too deep, too long or too many

TEST_F(Hostile, DeepAndLongExpressions) {
  constexpr std::size_t deep = 100'000, million = 1'000'000;
  const struct {
    const char* name;
    std::string sql;
    bool within;  // of the bounds
  } cases[] = {
      {"parentheses", "SELECT " + repeated("(", deep) + "1" + repeated(")", deep) + ";", false},
      {"brackets", "SELECT " + repeated("ARRAY[", deep) + "1" + repeated("]", deep) + ";", false},
      {"CASE",
       "SELECT " + repeated("CASE WHEN true THEN ", deep) + "1" + repeated(" END", deep) + ";",
       false},
      {"subqueries", repeated("SELECT * FROM (", deep) + "SELECT 1" + repeated(") x", deep) + ";",
       false},
      {"NOT", "SELECT " + repeated("NOT ", deep) + "true;", false},
      {"minus", "SELECT " + repeated("- ", deep) + "1;", false},
      {"sum", "SELECT 1" + repeated("+1", million) + ";", false},
      {"AND", "SELECT true" + repeated(" AND true", million) + ";", true},
      {"casts", "SELECT 1" + repeated("::int", million) + ";", false},
      {"unions", "SELECT 1" + repeated(" UNION SELECT 1", 10'000) + ";", true},
      {"unions in a view", "CREATE VIEW v AS SELECT 1" + repeated(" UNION SELECT 1", 10'000) + ";",
       true},
      {"joins", "SELECT 1 FROM a" + repeated(" CROSS JOIN a", deep) + ";", true},
      {"list", "SELECT 1 WHERE 1 IN (1" + repeated(",1", million) + ");", true},
      {"check", "CREATE TABLE t (a integer CHECK (a = 1" + repeated(" OR a = 1", 5'000) + "));",
       true},
      {"body",
       "DO $$ BEGIN " + repeated("IF true THEN ", deep) + repeated("END IF; ", deep) + "END $$;",
       true},
      {"unclosed", "SELECT " + repeated("(", deep), false},
      {"comment", repeated("/*", million), false},
      {"dollar quotes", repeated("$a$ $b$ ", deep), false},
      {"operators", "SELECT 1 " + repeated("@", million) + " 1;", false},
      {"name", "CREATE TABLE " + repeated("x", million) + " (a integer);", true},
      {"columns",
       "CREATE TABLE t (a0 integer" +
           [] {
             std::string out;
             for (int i = 1; i < 20'000; ++i) out += ",a" + std::to_string(i) + " integer";
             return out;
           }() +
           ");",
       true},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    write("m/0001_a.up.sql", "CREATE TABLE kept (a integer, b integer);\n");
    write("m/0002_b.up.sql", one.sql + "\n");
    const nlohmann::json seen = lint(900 * memory);
    if (!one.within) {
      EXPECT_NE(seen["verdict"]["decision"], "pass");
    }
    if (std::string_view(one.name).starts_with("un")) continue;
    // The statements behind are judged as well.
    write("m/0002_b.up.sql", one.sql + "\nALTER TABLE kept DROP COLUMN b;\n");
    const std::string after = gist(report(directory.path(), {"lint", "m"}));
    const bool open = one.sql.back() != ';';
    EXPECT_EQ(after.find("compat/drop-column") != std::string::npos, !open) << after.substr(0, 300);
  }
}

TEST_F(Hostile, NothingHidesBehindDepth) {
  constexpr std::size_t deep = 100'000;
  const std::string drop = "ALTER TABLE kept DROP COLUMN b;";
  const std::string cases[] = {
      "DO $$ BEGIN " + repeated("IF true THEN ", deep) + drop + repeated("END IF; ", deep) +
          "END $$;",
      "DO $$ BEGIN " + repeated("LOOP ", deep) + drop + repeated("END LOOP; ", deep) + "END $$;",
      "DO $$ " + repeated("BEGIN ", deep) + drop + repeated("END; ", deep) + "$$;",
      "DO $x$ BEGIN EXECUTE $y$ DO $z$ BEGIN EXECUTE '" + drop + "'; END $z$ $y$; END $x$;",
      "ALTER TABLE kept" + repeated(" ALTER a SET DEFAULT 1,", deep) + " DROP COLUMN b;",
      repeated(";", 1'000'000) + drop,
      repeated("BEGIN;", deep) + drop,
      "/* " + repeated("x", 10'000'000) + " */" + drop,
  };
  for (const std::string& sql : cases) {
    write("m/0001_a.up.sql", "CREATE TABLE kept (a integer, b integer);\n");
    write("m/0002_b.up.sql", sql + "\n");
    EXPECT_NE(gist(lint()).find("compat/drop-column"), std::string::npos) << sql.substr(0, 60);
  }
}

TEST_F(Hostile, BoundsAreReported) {
  std::string blocks = "DROP TABLE a";
  for (char tag = 'a'; tag < 'p'; ++tag)
    blocks = fmt::format("DO ${0}$ BEGIN {1}; END ${0}$", tag, blocks);
  const struct {
    const char* limits;
    std::string sql;
    const char* reported;
  } cases[] = {
      {"file_bytes: 50", "CREATE TABLE a (x integer); -- " + repeated("x", 50), "file_bytes"},
      {"statement_bytes: 20", "CREATE TABLE a (x integer);", "statement_bytes"},
      {"statements: 2", "SELECT 1; SELECT 2; SELECT 3;", "statements"},
      {"nesting: 3", "SELECT ((((1))));", "nesting"},
      {"terms: 3", "SELECT 1+1+1+1+1;", "terms"},
      {"", blocks, "DO blocks"},
  };
  for (const auto& one : cases) {
    write(".backout.yaml", std::string("limits: {") + one.limits + "}\n");
    write("m/0001_a.up.sql", one.sql);
    const nlohmann::json seen = lint();
    EXPECT_EQ(seen["verdict"]["decision"], "undecided") << one.limits;
    EXPECT_EQ(seen["verdict"]["exit_code"], 3) << one.limits;
    ASSERT_EQ(seen["limits"].size(), 1U) << one.limits;
    const std::string words = seen["limits"][0];
    EXPECT_NE(words.find(one.reported), std::string::npos) << words;
    EXPECT_NE(words.find("m/0001_a.up.sql"), std::string::npos) << words;
  }
  write(".backout.yaml", "limits: {findings: 2}\nrules: {compat: warning}\n");
  write("m/0001_a.up.sql", "DROP TABLE a; DROP TABLE b; DROP TABLE c;");
  const nlohmann::json seen = lint();
  EXPECT_EQ(seen["findings"].size(), 2U);
  EXPECT_EQ(seen["counts"]["warning"], 3);
  EXPECT_EQ(seen["counts"]["omitted"], 1);
  EXPECT_EQ(seen["verdict"]["exit_code"], 3);
}

TEST_F(Hostile, AHugeFile) {
  write("m/0001_a.up.sql",
        "CREATE TABLE a (x integer);\n" + repeated("-- words\n", 100 * megabyte / 9));
  const nlohmann::json seen = lint();
  EXPECT_EQ(seen["verdict"]["exit_code"], 3);
  EXPECT_EQ(seen["limits"][0], "m/0001_a.up.sql: larger than `limits.file_bytes` (67108864 bytes)");
  write(".backout.yaml", "limits: {file_bytes: 200000000}\n");
  EXPECT_EQ(lint(600 * memory)["verdict"]["decision"], "pass") << "raised";

  const Ended piped = backout(directory.path(), {"lint", "-"},
                              {.input = "DROP TABLE a;" + repeated("-- words\n", 250'000'000 / 9)});
  EXPECT_EQ(piped.code, 3);
  EXPECT_LT(piped.peak_bytes, 600 * memory);
}

TEST_F(Hostile, CostIsLinearInStatementsAndFindings) {
  double before = 0;
  for (const int thousands : {5, 50}) {
    std::string calm, drops, creates;
    for (int i = 0; i < thousands * 1000; ++i) {
      const std::string name = "t" + std::to_string(i);
      calm += "CREATE TABLE " + name + " (id bigint PRIMARY KEY, a text);\n";
      drops += "DROP TABLE " + name + ";\n";
    }
    write(".backout.yaml", "limits: {findings: 1000000}\n");
    write("m/0001_a.up.sql", calm);
    write("m/0002_b.up.sql", drops);
    const Ended json = backout(directory.path(), {"lint", "m", "--format", "json"});
    const Ended text = backout(directory.path(), {"lint", "m"});
    EXPECT_EQ(json.code, 1) << json.err;
    EXPECT_LT(json.seconds, most_seconds);
    EXPECT_LT(text.seconds, most_seconds);
    EXPECT_LT(json.peak_bytes, 800 * memory);
    // Ten times the work; twice over is room for caches, not for a square.
    if (before > 0) {
      EXPECT_LT(json.seconds + text.seconds, before * 25);
    }
    before = json.seconds + text.seconds;
  }
}

// ---- bytes and names

TEST_F(Hostile, BytesThatAreNoText) {
  using std::string_literals::operator""s;
  const std::string create = "CREATE TABLE a (x integer, y integer);\n";
  const std::string drop = "ALTER TABLE a DROP COLUMN y;\n";
  std::string utf16 = "\xFF\xFE";
  for (const char c : drop) utf16 += c + "\0"s;
  std::string crlf;
  for (const char c : drop) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  const struct {
    const char* name;
    std::string bytes;
    const char* expected;
  } cases[] = {
      {"plain", drop, "block compat/drop-column@m/0002_b.up.sql:1"},
      {"byte-order mark", "\xEF\xBB\xBF" + drop, "block compat/drop-column@m/0002_b.up.sql:1"},
      {"CRLF", "-- a\r\n" + crlf, "block compat/drop-column@m/0002_b.up.sql:2"},
      {"NUL", drop + "\0"s, "txn/unparsed-statement"},
      {"NUL before", "SELECT 1;\0"s + drop, "txn/unparsed-statement"},
      {"UTF-16", utf16, "txn/unparsed-statement"},
      {"UTF-16 without mark", utf16.substr(2), "txn/unparsed-statement"},
      {"invalid UTF-8 in a comment", "-- \xFF\xC0\n" + drop, "compat/drop-column"},
      {"invalid UTF-8 in a name", "DROP TABLE \"\xFF\";\n", "m/0002_b.up.sql:1"},
      {"invalid UTF-8 in a string", "SELECT '\xC3';\n" + drop, "compat/drop-column"},
      {"only control bytes", "\x01\x02\x1b[2J", "txn/unparsed-statement"},
      {"carriage returns alone", "-- a\rALTER TABLE a DROP COLUMN y;\r", "compat/drop-column"},
      {"right-to-left override", "ALTER TABLE a DROP COLUMN y; -- \xE2\x80\xAE x",
       "compat/drop-column"},
  };
  for (const auto& one : cases) {
    write("m/0001_a.up.sql", create);
    write("m/0002_b.up.sql", one.bytes);
    const std::string seen = gist(lint());
    EXPECT_NE(seen.find(one.expected), std::string::npos) << one.name << ": " << seen;
    EXPECT_TRUE(seen.starts_with("block")) << one.name << ": " << seen;
  }
}

constexpr const char* odd_names[] = {"new\nline",     "esc\x1b[2Jape", "[x]",          "-rf",
                                     "--help",        "a::b,c=1",      "a'b\"c",       "$(x)`y`",
                                     "::error file=", "\xFF\xFE",      "\xE2\x80\xAE", "*",
                                     " blank ",       "##[add-mask]",  "%0A",          "\\"};

// Nothing a terminal or a CI would take for more than text.
void expect_tame(const std::string& out) {
  for (const char c : out)
    EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << int{c};
  EXPECT_EQ(out.find('\x7F'), std::string::npos);
  EXPECT_EQ(out.find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_EQ(out.find("\n::"), std::string::npos) << out;
  EXPECT_EQ(out.find("##["), std::string::npos) << out;
}

TEST_F(Hostile, OddNamesOnDisk) {
  for (const std::string name : odd_names) {
    const TemporaryDirectory place;
    const std::string folder = place.path() + "/" + name + "/migrations";
    write_file(folder + "/0001_a.up.sql", "CREATE TABLE a (x integer, y integer);\n");
    write_file(folder + "/0002_" + name + ".up.sql", "ALTER TABLE a DROP COLUMN y;\n");
    for (const Words& words : {Words{"lint", "."},
                               {"lint", "--", name},
                               {"lint", "./" + name},
                               {"lint", "--", name + "/migrations/0002_" + name + ".up.sql"}}) {
      const nlohmann::json seen = report(place.path(), words);
      ASSERT_TRUE(seen.is_object()) << name;
      EXPECT_EQ(seen["counts"]["error"], 1) << name << ' ' << words.back();
      const Ended text = backout(place.path(), words);
      EXPECT_EQ(text.code, 1) << name;
      expect_tame(text.out);
    }
    const Ended missing = backout(place.path(), {"lint", "./" + name + "/nosuch"});
    EXPECT_EQ(missing.code, 2);
    expect_tame(missing.err);
  }
}

TEST_F(Hostile, OddNamesInGit) {
  const Repo repo;
  for (const std::string name : odd_names)
    repo.write(name + "/migrations/0001_a.up.sql", "CREATE TABLE a (x integer, y integer);\n");
  repo.commit("base");
  repo.git({"checkout", "-q", "-b", "side"});
  for (const std::string name : odd_names)
    repo.write(name + "/migrations/0002_" + name + ".up.sql", "ALTER TABLE a DROP COLUMN y;\n");
  repo.commit("change");
  const nlohmann::json seen = report(repo.path(), {"check", "--base", "main"});
  EXPECT_EQ(seen["counts"]["error"], std::size(odd_names));
  const Ended text = backout(repo.path(), {"check", "--base", "main"});
  expect_tame(text.out);
  for (const std::string name : odd_names) {
    const Ended one = backout(repo.path(), {"check", "--base", "main", "--", name});
    EXPECT_NE(one.out.find("1 migration in 1 file judged"), std::string::npos) << name << one.err;
  }
  // Bytes that are no UTF-8 come back exactly.
  bool found = false;
  for (const nlohmann::json& input : seen["inputs"])
    found |= input.contains("path_base64") &&
             input["path_base64"] == "//4vbWlncmF0aW9ucy8wMDAxX2EudXAuc3Fs";
  EXPECT_TRUE(found) << seen["inputs"];
}

TEST_F(Hostile, TextOfTheChangeIsTame) {
  write("m/0001_a.up.sql",
        "CREATE TABLE a (x integer, \"\x1b]0;title\x07\" integer, \"::error::x\" integer);\n");
  write("m/0002_b.up.sql",
        "-- backout:ignore compat/drop-table \x1b[31mreason ##[add-mask]x\nSELECT 1;\n"
        "ALTER TABLE a DROP COLUMN \"\x1b]0;title\x07\"; -- \x1b[2J ##[error]x \xC2\x9B\n"
        "ALTER TABLE a DROP COLUMN \"::error::x\";\nDROP \x1b[2J TABEL;\n::set-output::x;\n");
  const Ended text = backout(directory.path(), {"lint", "m"});
  EXPECT_EQ(text.code, 1);
  expect_tame(text.out);
  const Ended colored = backout(directory.path(), {"lint", "m", "--color", "always"});
  EXPECT_EQ(colored.out.find("\x1b]"), std::string::npos);
  EXPECT_EQ(colored.out.find("\x1b[2J"), std::string::npos);
  const Ended revision = backout(directory.path(), {"check", "--base", "\x1b[2J"});
  expect_tame(revision.err);
}

TEST_F(Hostile, LinksInGitAreNotFollowed) {
  const Repo repo;
  repo.commit_file("m/0001_a.up.sql", "CREATE TABLE a (x integer);\n");
  repo.git({"checkout", "-q", "-b", "side"});
  write_file(repo.root() + "/secret.sql", "DROP TABLE secret;\n");
  fs::create_symlink(repo.root() + "/secret.sql", repo.path() + "/m/0002_b.up.sql");
  fs::create_symlink("/etc/passwd", repo.path() + "/m/0003_c.up.SQL");
  fs::create_directory(repo.path() + "/vendor");
  fs::create_symlink("x", repo.path() + "/vendor/0001_x.up.sql");
  repo.commit("links");
  const Ended text = backout(repo.path(), {"check", "--base", "main"});
  EXPECT_EQ(text.code, 1);
  EXPECT_EQ(text.out.find("secret"), std::string::npos) << text.out;
  EXPECT_EQ(gist(report(repo.path(), {"check", "--base", "main"})),
            "block release/unreadable-migration@m/0002_b.up.sql "
            "release/unreadable-migration@m/0003_c.up.SQL");
}

TEST_F(Hostile, WhatIsNoFile) {
  write("m/0001_a.up.sql", "CREATE TABLE a (x integer);\n");
  ASSERT_EQ(::mkfifo((directory.path() + "/m/0002_b.up.sql").c_str(), 0600), 0);
  fs::create_directory(directory.path() + "/m/0003_c.up.sql");
  EXPECT_EQ(gist(lint()), "block release/unreadable-migration@m/0002_b.up.sql");
}

TEST_F(Hostile, AHugeFileInGitMattersWhereMigrationsLie) {
  const Repo repo;
  repo.write(".backout.yaml", "limits: {file_bytes: 1000}\n");
  repo.write("m/0001_a.up.sql", "CREATE TABLE a (x integer);\n");
  repo.write("seeds/data.sql", repeated("INSERT INTO a VALUES (1);\n", 100));
  repo.commit("base");
  repo.git({"checkout", "-q", "-b", "side"});
  repo.commit_file("m/0002_b.up.sql", "CREATE TABLE b (x integer);\n");
  EXPECT_EQ(gist(report(repo.path(), {"check", "--base", "main"})), "pass");
  repo.commit_file("m/0003_c.up.sql", repeated("INSERT INTO a VALUES (1);\n", 100));
  const nlohmann::json seen = report(repo.path(), {"check", "--base", "main"});
  EXPECT_EQ(seen["verdict"]["exit_code"], 3) << gist(seen);
  EXPECT_EQ(seen["limits"].size(), 1U);
  repo.git({"checkout", "-q", "-b", "later"});
  repo.commit_file("m/0004_d.up.sql", "CREATE TABLE d (x integer);\n");
  EXPECT_EQ(report(repo.path(), {"check", "--base", "side"})["verdict"]["exit_code"], 3)
      << "the history is not known whole";
}

}  // namespace
}  // namespace backout::test
