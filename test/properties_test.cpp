// Laws that hold whatever the migration: how a change is cut into files, in which order its
// independent statements stand, how its text is laid out and how many threads look at it make no
// difference; what is undone within the change was never done. The fixtures of all rules are the
// inputs.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <sstream>

#include "core/fingerprint.h"
#include "core/finish.h"
#include "core/judge.h"
#include "core/verdict.h"
#include "fixture.h"
#include "program.h"
#include "sql/lexer.h"
#include "sql/parse.h"

namespace backout::test {
namespace {

using Texts = std::vector<std::string>;  // one a migration

struct Change {
  std::string name;
  Texts released, change;
};

Texts statements_of(const std::string& text) {
  const Source source = make_source("x.sql", text);
  Texts out;
  for (const sql::Statement& statement :
       sql::parse(source, {0, static_cast<std::uint32_t>(text.size())}, {}).statements)
    out.push_back(text.substr(statement.span.begin, statement.span.end - statement.span.begin) +
                  ";\n");
  return out;
}

// The `.sql` fixtures of a family of rules.
std::vector<Change> fixtures_of(std::string_view family) {
  std::vector<Change> out;
  for (const Case& one : rule_cases()) {
    if (!one.rule.starts_with(family) || one.file.extension() != ".sql") continue;
    Change& change = out.emplace_back();
    change.name = one.rule + "/" + one.file.filename().string();
    std::istringstream lines(read_text(one.file));
    Texts* to = nullptr;
    for (std::string line; std::getline(lines, line);) {
      const bool released = line == "-- released";
      if (released || line == "-- change") {
        to = released ? &change.released : &change.change;
        to->emplace_back();
      } else if (to) {
        to->back() += line + '\n';
      }
    }
    if (change.change.empty()) out.pop_back();
  }
  EXPECT_GT(out.size(), 20U) << family;
  return out;
}

bool mentions(const Change& change, std::span<const std::string_view> words) {
  const auto holds = [&](const Texts& texts) {
    return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
      return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        return text.find(word) != std::string::npos;
      });
    });
  };
  return holds(change.released) || holds(change.change);
}

sql::Files files_of(const std::vector<Source>& sources) {
  sql::Files files;
  for (const Source& source : sources) files.paths.push_back(source.path);
  files.read = [&sources](std::size_t index) { return &sources[index]; };
  return files;
}

// What a change comes to. `places`: with messages and fingerprints.
using Verdicts = std::multiset<std::string>;
Verdicts verdicts(const Change& change, std::string_view family, bool details = false,
                  bool* complete = nullptr) {
  std::vector<Source> base, head;
  const auto add = [](std::vector<Source>& to, const std::string& text) {
    to.push_back(
        make_source("db/migrations/" + std::to_string(1000 + to.size()) + "_x.up.sql", text));
  };
  for (const std::string& text : change.released) add(base, text);
  head = base;
  for (const std::string& text : change.change) add(head, text);
  Task task;
  task.base = files_of(base);
  task.head = files_of(head);
  task.threads = 1;
  Judgement judgement = judge(task, Config{}, active_rules(Config{}));
  if (complete) *complete = judgement.histories.front().complete;
  sort_findings(judgement.findings);
  set_fingerprints(judgement.findings);
  Verdicts out;
  for (const Finding& finding : judgement.findings) {
    // The time between two files is what these are about: one as such, one in its level.
    if (!finding.rule.starts_with(family) || finding.rule == "compat/view-gap") continue;
    const std::string_view level =
        finding.rule == "compat/rename-table" ? "" : to_string(finding.severity);
    std::string line = std::string(finding.rule) + ' ' + std::string(level) + ' ' +
                       finding.object.kind + ' ' + finding.object.name;
    if (details) line += ' ' + finding.fingerprint;
    out.insert(std::move(line));
  }
  return out;
}

// A session's settings and transactions end with the file: cutting it there means something else.
constexpr std::string_view of_a_session[] = {
    "SET search_path", "set_config",  "SET LOCAL",       "SET ROLE",    "BEGIN;",
    "COMMIT;",         "CREATE TEMP", "SET CONSTRAINTS", "SET SESSION", "SET check_function_bodies",
    "SET default_"};

TEST(Properties, CuttingAChangeIntoFilesChangesNothing) {
  for (const Change& change : fixtures_of("compat/")) {
    if (mentions(change, of_a_session)) continue;
    Change cut = change, joined = change;
    cut.change.clear();
    joined.change = {""};
    for (const std::string& text : change.change) {
      for (std::string& statement : statements_of(text)) cut.change.push_back(std::move(statement));
      joined.change[0] += text;
    }
    const Verdicts expected = verdicts(change, "compat/");
    EXPECT_EQ(verdicts(cut, "compat/"), expected) << change.name << ", a file a statement";
    EXPECT_EQ(verdicts(joined, "compat/"), expected) << change.name << ", one file";
  }
}

// ---- order

// Names that the statements of a case create: the word behind CREATE … TABLE and the like.
std::set<std::string> created_names(const Change& change) {
  static const std::set<std::string> kinds = {
      "table",  "view",    "index",  "sequence", "type",      "domain",    "function",
      "schema", "trigger", "policy", "rule",     "procedure", "aggregate", "collation"};
  std::set<std::string> out;
  for (const Texts* texts : {&change.released, &change.change})
    for (const std::string& text : *texts) {
      sql::Lexer lexer(text, {0, static_cast<std::uint32_t>(text.size())}, {});
      bool creating = false, named = false;
      for (auto token = lexer.next_code(); token.kind != sql::Token::Kind::end;
           token = lexer.next_code()) {
        std::string word(lexer.text(token));
        std::transform(word.begin(), word.end(), word.begin(), ::tolower);
        if (word == "create" || word == "to")
          creating = true, named = word == "to";
        else if (word == ";" || word == "(")
          creating = false;
        else if (creating && kinds.count(word))
          named = true;
        else if (named && creating && token.kind == sql::Token::Kind::word && word != "if" &&
                 word != "not" && word != "exists" && word != "concurrently" && word != "public")
          out.insert(word), creating = false;
        else if (word == "on" && creating)
          creating = false;
      }
    }
  return out;
}

// `names` and what PostgreSQL derives from them (`books_pkey`) with a prefix, in code and in
// bodies.
std::string renamed(const std::string& text, const std::set<std::string>& names) {
  std::string out, word;
  const auto flush = [&] {
    for (const std::string& name : names)
      if (word == name || word.starts_with(name + "_")) {
        out += "other_";
        break;
      }
    out += word;
    word.clear();
  };
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') {
      word += c;
    } else {
      flush();
      out += c;
    }
  }
  flush();
  return out;
}

TEST(Properties, IndependentStatementsMayStandInAnyOrder) {
  // What is about a whole schema, role or server, or about names we cannot tell, is not
  // independent.
  constexpr std::string_view far_reaching[] = {"GRANT",      "EXTENSION",   "ROLE",
                                               "OWNED",      "ALL ",        "DEFAULT PRIVILEGES",
                                               "DATABASE",   "public",      "OWNER",
                                               "\"",         "PUBLICATION", "SUBSCRIPTION",
                                               "TABLESPACE", "SERVER",      "LANGUAGE plpgsql"};
  std::vector<Change> all;
  for (Change& change : fixtures_of("compat/"))
    if (bool complete = false; !mentions(change, of_a_session) && !mentions(change, far_reaching)) {
      // Of an incomplete history, nothing that is not there is known.
      verdicts(change, "compat/", false, &complete);
      if (complete) all.push_back(std::move(change));
    }
  ASSERT_GT(all.size(), 100U);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Change& one = all[i];
    Change other = all[(i * 7 + 3) % all.size()];
    std::set<std::string> names = created_names(one);
    names.merge(created_names(other));
    for (Texts* texts : {&other.released, &other.change})
      for (std::string& text : *texts) text = renamed(text, names);

    Verdicts expected = verdicts(one, "compat/");
    expected.merge(verdicts(other, "compat/"));
    const auto list = [](const Texts& texts) {
      Texts out;
      for (const std::string& text : texts)
        for (std::string& statement : statements_of(text)) out.push_back(std::move(statement));
      return out;
    };
    const Texts a = list(one.change), b = list(other.change);
    Change mixed;
    mixed.released = one.released;
    mixed.released.insert(mixed.released.end(), other.released.begin(), other.released.end());
    Texts orders(3);
    for (const std::string& statement : a) orders[0] += statement;
    for (const std::string& statement : b) orders[0] += statement, orders[1] += statement;
    for (const std::string& statement : a) orders[1] += statement;
    for (std::size_t k = 0; k < std::max(a.size(), b.size()); ++k) {
      if (k < b.size()) orders[2] += b[k];
      if (k < a.size()) orders[2] += a[k];
    }
    for (const std::string& order : orders) {
      mixed.change = {order};
      EXPECT_EQ(verdicts(mixed, "compat/"), expected) << one.name << " + " << other.name;
    }
  }
}

// ---- layout

// The same tokens, every word in the other case, blanks and comments between all of them.
std::string laid_out(const std::string& text, bool upper) {
  sql::Lexer lexer(text, {0, static_cast<std::uint32_t>(text.size())}, {});
  std::string out = upper ? "/* head; */\n\n" : "";
  std::uint32_t end = 0;
  for (auto token = lexer.next(); token.kind != sql::Token::Kind::end; token = lexer.next()) {
    std::string word(lexer.text(token));
    const bool apart = token.begin > end;  // what touches (`a.b`, `E'x'`) stays together
    end = token.end;
    if (token.kind == sql::Token::Kind::comment) {
      out += '\n';
      continue;
    }
    if (token.kind == sql::Token::Kind::word)
      std::transform(word.begin(), word.end(), word.begin(), upper ? ::toupper : ::tolower);
    if (apart) out += upper ? "\n\t -- it's; (a comment\n/* and /* one */ more */ " : " ";
    out += word;
  }
  return out + "\n";
}

TEST(Properties, LayoutMovesPlacesOnly) {
  for (const char* family : {"compat/", "data-loss/"})
    for (const Change& change : fixtures_of(family)) {
      const Verdicts expected = verdicts(change, family, true);
      for (const bool upper : {true, false}) {
        Change other = change;
        for (Texts* texts : {&other.released, &other.change})
          for (std::string& text : *texts) text = laid_out(text, upper);
        EXPECT_EQ(verdicts(other, family, true), expected) << change.name << "\n"
                                                           << other.change[0];
      }
    }
}

// ---- there and back

TEST(Properties, WhatIsUndoneWasNeverDone) {
  const Texts released = {
      "CREATE SCHEMA shop;\n"
      "CREATE TYPE mood AS ENUM ('sad', 'happy');\n"
      "CREATE DOMAIN isbn AS text;\n"
      "CREATE TABLE books (id bigint PRIMARY KEY, title text NOT NULL DEFAULT 'x', price integer,\n"
      "  CONSTRAINT positive CHECK (price > 0), CONSTRAINT one_title UNIQUE (title));\n"
      "CREATE TABLE orders (id bigint PRIMARY KEY, book bigint REFERENCES books (id));\n"
      "CREATE INDEX by_price ON books (price);\n"
      "CREATE VIEW cheap AS SELECT id, title FROM books WHERE price < 10;\n"
      "CREATE SEQUENCE numbers;\n"
      "CREATE FUNCTION twice(x integer) RETURNS integer LANGUAGE sql AS 'SELECT 2 * x';\n"
      "GRANT SELECT ON books TO reader;\n"
      "GRANT SELECT ON cheap TO reader;\n"};
  const struct {
    const char* there;
    const char* back;
  } pairs[] = {
      {"ALTER TABLE books RENAME TO tomes;", "ALTER TABLE tomes RENAME TO books;"},
      {"ALTER TABLE books RENAME COLUMN price TO cost;",
       "ALTER TABLE books RENAME COLUMN cost TO price;"},
      {"ALTER TABLE books RENAME CONSTRAINT positive TO above_zero;",
       "ALTER TABLE books RENAME CONSTRAINT above_zero TO positive;"},
      {"ALTER INDEX by_price RENAME TO by_cost;", "ALTER INDEX by_cost RENAME TO by_price;"},
      {"ALTER VIEW cheap RENAME TO bargains;", "ALTER VIEW bargains RENAME TO cheap;"},
      {"ALTER VIEW cheap RENAME COLUMN title TO name;",
       "ALTER VIEW cheap RENAME COLUMN name TO title;"},
      {"ALTER SEQUENCE numbers RENAME TO counts;", "ALTER SEQUENCE counts RENAME TO numbers;"},
      {"ALTER TYPE mood RENAME TO feeling;", "ALTER TYPE feeling RENAME TO mood;"},
      {"ALTER TYPE mood RENAME VALUE 'sad' TO 'low';",
       "ALTER TYPE mood RENAME VALUE 'low' TO 'sad';"},
      {"ALTER DOMAIN isbn RENAME TO isbn13;", "ALTER DOMAIN isbn13 RENAME TO isbn;"},
      {"ALTER FUNCTION twice(integer) RENAME TO dbl;",
       "ALTER FUNCTION dbl(integer) RENAME TO twice;"},
      {"ALTER SCHEMA shop RENAME TO store;", "ALTER SCHEMA store RENAME TO shop;"},
      {"ALTER TABLE books SET SCHEMA shop;", "ALTER TABLE shop.books SET SCHEMA public;"},
      {"ALTER TABLE books ADD COLUMN note text NOT NULL;", "ALTER TABLE books DROP COLUMN note;"},
      {"ALTER TABLE books ALTER COLUMN price SET NOT NULL;",
       "ALTER TABLE books ALTER COLUMN price DROP NOT NULL;"},
      {"ALTER TABLE books ALTER COLUMN title DROP NOT NULL;",
       "ALTER TABLE books ALTER COLUMN title SET NOT NULL;"},
      {"ALTER TABLE books ALTER COLUMN title DROP DEFAULT;",
       "ALTER TABLE books ALTER COLUMN title SET DEFAULT 'x';"},
      {"ALTER TABLE books ALTER COLUMN price TYPE bigint;",
       "ALTER TABLE books ALTER COLUMN price TYPE integer;"},
      {"ALTER TABLE books DROP CONSTRAINT positive;",
       "ALTER TABLE books ADD CONSTRAINT positive CHECK (price > 0);"},
      {"ALTER TABLE books ADD CONSTRAINT dear CHECK (price > 100);",
       "ALTER TABLE books DROP CONSTRAINT dear;"},
      {"ALTER TABLE books DROP CONSTRAINT one_title;",
       "ALTER TABLE books ADD CONSTRAINT one_title UNIQUE (title);"},
      {"CREATE UNIQUE INDEX one_price ON books (price);", "DROP INDEX one_price;"},
      {"CREATE TABLE notes (id bigint REFERENCES books (id));", "DROP TABLE notes;"},
      {"CREATE VIEW dear AS SELECT id FROM books;", "DROP VIEW dear;"},
      {"CREATE OR REPLACE VIEW cheap AS SELECT id, title, price FROM books;",
       "DROP VIEW cheap; CREATE VIEW cheap AS SELECT id, title FROM books WHERE price < 10;"
       "GRANT SELECT ON cheap TO reader;"},
      {"REVOKE ALL ON books FROM reader;", "GRANT SELECT, INSERT ON books TO reader;"},
      {"DROP FUNCTION twice(integer);",
       "CREATE FUNCTION twice(x integer) RETURNS integer LANGUAGE sql AS 'SELECT 2 * x';"},
      {"CREATE TYPE colour AS ENUM ('red');", "DROP TYPE colour;"},
      {"ALTER TABLE books ENABLE ROW LEVEL SECURITY;",
       "ALTER TABLE books DISABLE ROW LEVEL SECURITY;"},
      {"CREATE POLICY own ON books USING (id = 1);", "DROP POLICY own ON books;"},
      {"REVOKE SELECT ON books FROM reader;", "GRANT SELECT ON books TO reader;"},
      {"CREATE RULE quiet AS ON DELETE TO books DO INSTEAD NOTHING;", "DROP RULE quiet ON books;"},
  };
  for (const auto& pair : pairs) {
    EXPECT_EQ(verdicts({"", released, {std::string(pair.there) + pair.back}}, "compat/"),
              Verdicts())
        << pair.there;
    EXPECT_EQ(verdicts({"", released, {pair.there, pair.back}}, "compat/"), Verdicts())
        << pair.there << " in a file of its own";
  }
}

// ---- threads

TEST(Properties, AnyNumberOfThreadsGivesTheSameReport) {
  const TemporaryDirectory directory;
  std::size_t number = 0;
  for (const char* family : {"compat/", "data-loss/"})
    for (const Change& change : fixtures_of(family)) {
      const std::string folder = directory.path() + "/" + std::to_string(++number) + "/migrations/";
      std::size_t version = 1;
      for (const Texts* texts : {&change.released, &change.change})
        for (const std::string& text : *texts)
          write_file(folder + std::to_string(version++) + "_x.up.sql", text);
    }
  for (const char* format : {"text", "json"}) {
    const Ended one =
        backout(directory.path(), {"lint", ".", "--format", format, "--threads", "1"});
    EXPECT_EQ(one.code, 1);
    EXPECT_GT(one.out.size(), 100'000U);
    for (const char* threads : {"1", "2", "8", "0"})
      EXPECT_EQ(
          backout(directory.path(), {"lint", ".", "--format", format, "--threads", threads}).out ==
              one.out,
          true)
          << threads << " threads, " << format;
  }
}

}  // namespace
}  // namespace backout::test
