// The text report, as people see it: whole outputs, because the whole is what has to read well.
#include <gtest/gtest.h>

#include <chrono>

#include "report/report.h"
#include "report/terminal.h"

namespace backout::report {
namespace {

Finding finding(const Source& source, std::string_view part, std::string_view statement,
                std::string_view rule, Severity severity, std::string message) {
  const auto span_of = [&](std::string_view text) {
    const auto begin = static_cast<std::uint32_t>(source.text.find(text));
    return Span{begin, begin + static_cast<std::uint32_t>(text.size())};
  };
  return {rule,
          severity,
          {"column", "public.orders.total"},
          {&source, span_of(part)},
          std::move(message),
          {},
          span_of(statement),
          {}};
}

// A run that ends as its findings say.
RunReport run_of(std::vector<Finding> findings) {
  RunReport run;
  run.findings = std::move(findings);
  run.counts = count(run.findings);
  run.histories.push_back({"migrations", "goose", "", 9, 2, 5, true});
  run.inputs.push_back({"migrations/8.sql", "goose, up", "", true, ""});
  run.verdict = decide({run.counts, run.limits, run.errors, 1, false});
  return run;
}

std::string plain(std::vector<Finding> findings) { return text(run_of(std::move(findings)), {}); }

// Without the account at the end.
std::string body(std::vector<Finding> findings, std::size_t width = 0) {
  std::string all = text(run_of(std::move(findings)), {false, width, true});
  return all.substr(0, all.find("\n\n") + 1);
}

TEST(ReportText, ShowsFindings) {
  const Source source{"migrations/8.sql",
                      "CREATE TABLE a ();\nALTER TABLE orders DROP COLUMN total;\n", 0};
  Finding first = finding(source, "DROP COLUMN total", "ALTER TABLE orders DROP COLUMN total",
                          "test/drop", Severity::error, "column `total` is dropped");
  first.notes.push_back({std::nullopt, "it holds the only copy"});
  first.notes.push_back({Location{&source, {0, 6}}, "created here"});
  Finding second = finding(source, "DROP COLUMN total", "ALTER TABLE orders DROP COLUMN total",
                           "hygiene/ignore-unused", Severity::warning, "hides nothing");
  EXPECT_EQ(plain({first, second}), R"(error: column `total` is dropped [test/drop]
 --> migrations/8.sql:2:20
  |
2 | ALTER TABLE orders DROP COLUMN total;
  |                    ^^^^^^^^^^^^^^^^^
  = note: it holds the only copy
  = note: created here (migrations/8.sql:1:1)

warning: hides nothing [hygiene/ignore-unused]
 --> migrations/8.sql:2:20
  = next: Delete the comment, or move it to the line before the statement it is about (or behind it, on its last line).

blocked: settle the errors above first (1 error, 1 warning)
  2 migrations in 1 file judged, each on top of those before it
  `backout explain RULE` tells why and how, deploy by deploy; `-- backout:ignore RULE reason` above a statement accepts it
)");
}

TEST(ReportText, ShowsWhereAStatementBegins) {
  const Source source{"a.sql", "ALTER TABLE orders\n  ADD COLUMN a int,\n  DROP COLUMN b;\n", 0};
  const std::string_view statement = "ALTER TABLE orders\n  ADD COLUMN a int,\n  DROP COLUMN b";
  EXPECT_EQ(body({finding(source, "DROP COLUMN b", statement, "t/r", Severity::note, "m")}),
            R"(note: m [t/r]
 --> a.sql:3:3
  |
1 | ALTER TABLE orders
...
3 |   DROP COLUMN b;
  |   ^^^^^^^^^^^^^
)");
}

TEST(ReportText, CutsLongStatements) {
  const Source source{"a.sql",
                      "CREATE FUNCTION f()\n  RETURNS int\n\n  AS $$ 1 $$\n  LANGUAGE sql;\n", 0};
  const std::string_view statement =
      "CREATE FUNCTION f()\n  RETURNS int\n\n  AS $$ 1 $$\n  LANGUAGE sql";
  EXPECT_EQ(body({finding(source, statement, statement, "t/r", Severity::note, "m")}),
            R"(note: m [t/r]
 --> a.sql:1:1
  |
1 | CREATE FUNCTION f()
  | ^^^^^^^^^^^^^^^^^^^
2 |   RETURNS int
  |   ^^^^^^^^^^^
...
)");
}

TEST(ReportText, CountsCellsNotBytes) {
  const Source source{"a.sql", "\tDROP TABLE \"名前é\", b;\n", 0};
  EXPECT_EQ(body({finding(source, "\"名前é\"", source.text, "t/r", Severity::note, "m")}),
            "note: m [t/r]\n"
            " --> a.sql:1:13\n"
            "  |\n"
            "1 |     DROP TABLE \"名前é\", b;\n"
            "  |                ^^^^^^^\n");
}

TEST(ReportText, ShowsAWindowOfLongLines) {
  const Source source{"a.sql", "SELECT " + std::string(500, 'a') + " DROP " + std::string(500, 'b'),
                      0};
  const std::string report =
      body({finding(source, "DROP", source.text, "t/r", Severity::note, "m")}, 70);
  EXPECT_EQ(report,
            "note: m [t/r]\n"
            " --> a.sql:1:509\n"
            "  |\n"
            "1 | ..." +
                std::string(19, 'a') + " DROP " + std::string(32, 'b') +
                "...\n"
                "  |    " +
                std::string(20, ' ') + "^^^^\n");
}

TEST(ReportText, ShowsTheEndOfALine) {
  const Source source{"a.sql", "SELECT (1", 0};
  Finding at_end = finding(source, "SELECT", "SELECT (1", "t/r", Severity::note, "m");
  at_end.location.span = {9, 9};
  EXPECT_EQ(body({at_end}), "note: m [t/r]\n --> a.sql:1:10\n  |\n1 | SELECT (1\n  |          ^\n");
}

TEST(ReportText, ShowsFindingsWithoutAPlace) {
  const Source source{"db/1.sql", "SELECT 1;\n", 0};
  Finding file = finding(source, "SELECT", "SELECT", "t/r", Severity::note, "whole file");
  file.location.span = file.statement = {};
  EXPECT_EQ(body({file}), "note: whole file [t/r]\n --> db/1.sql\n");
  file.location = {};
  EXPECT_EQ(body({file}), "note: whole file [t/r]\n");
}

TEST(ReportText, EncodesWhatComesFromTheChange) {
  const Source source{"a\n::error::\x1b[2J.sql", "SELECT '\x1b[31m\xe2\x80\xae##[add-mask]x';\n",
                      0};
  Finding one = finding(source, "'", source.text, "t/r", Severity::note,
                        "column `\x1b]0;x\x07` ##vso[x]\n::warning::y");
  one.notes.push_back({Location{&source, {0, 6}}, "::error::\r\n"});
  RunReport run = run_of({one});
  run.inputs.push_back({"x\x1b.sql", "", "::set-output\x1b", false, ""});
  run.base = Revision{"v\x1b", "", "##[x]"};
  run.errors.push_back({ErrorKind::undecided, "\x1b"});
  for (const bool color : {false, true}) {
    std::string report = text(run, {color, 0, false});
    if (color) {
      for (std::size_t i = 0;
           (i = report.find("\x1b[", i)) != std::string::npos;) {  // our own colours
        const std::size_t end = report.find('m', i);
        ASSERT_LE(end - i, 6U);
        report.erase(i, end - i + 1);
      }
    }
    for (std::size_t i = 0; i < report.size(); ++i)
      EXPECT_TRUE(report[i] == '\n' || (report[i] >= ' ' && report[i] <= '~')) << i;
    EXPECT_EQ(report.find("##["), std::string::npos);
    EXPECT_EQ(report.find("##vso["), std::string::npos);
    EXPECT_EQ(report.find("\n::"), std::string::npos);
  }
}

TEST(ReportText, SaysWhatItComesTo) {
  RunReport run = run_of({});
  run.base = Revision{"origin/main", "0123456789abcdef0123456789abcdef01234567",
                      "GITHUB_BASE_REF, merge base"};
  run.inputs.push_back({"a.mysql.sql", "", "MySQL dialect", false, ""});
  run.inputs.push_back({"b.mysql.sql", "", "MySQL dialect", false, ""});
  run.inputs.push_back({"structure.sql", "", "schema dump", false, ""});
  run.inputs.push_back({"migrations/1.sql", "goose, up", "released", false, ""});
  EXPECT_EQ(text(run, {}), R"(pass: nothing found that stops the previous release or loses data
  2 migrations in 1 file judged against origin/main 0123456789ab (GITHUB_BASE_REF, merge base)
  3 files not judged: 2 MySQL dialect, 1 schema dump
)");
  EXPECT_EQ(text(run, {false, 0, true}), "");

  run.limits = {"db/9.sql is larger than 64 MiB"};
  run.verdict = decide({run.counts, run.limits, run.errors, 1, false});
  EXPECT_EQ(text(run, {false, 0, true}),
            "undecided: not everything was looked at, so this is no pass: db/9.sql is larger than "
            "64 MiB\n");
}

TEST(ReportText, ListsIgnoresInForce) {
  const Source source{"db/1.sql", "\n-- backout:ignore t/r gone\nDROP a;\n", 0};
  RunReport run = run_of({});
  run.ignores.push_back({"t/r", {&source, {1, 27}}, "gone", {{"column", "a"}, {"column", "b"}}});
  EXPECT_NE(text(run, {}).find("\n  ignored: t/r at db/1.sql:2, hides 2 findings: gone\n"),
            std::string::npos);
}

TEST(ReportText, CostsWhatItShows) {
  std::string sql =
      "SELECT '" + std::string(8 << 20, 'x') + "';";  // one line that every finding points into
  const Source source{"a.sql", std::move(sql), 0};
  std::vector<Finding> findings;
  for (std::uint32_t i = 0; i < 50'000; ++i) {
    findings.push_back({"t/r",
                        Severity::note,
                        {"column", "a"},
                        {&source, {8 + i * 100, 12 + i * 100}},
                        "m",
                        {},
                        {0, 8 << 20},
                        {}});
  }
  const auto start = std::chrono::steady_clock::now();
  EXPECT_GT(plain(std::move(findings)).size(), 50'000U * 200U);
  EXPECT_LT(std::chrono::steady_clock::now() - start,
            std::chrono::seconds(20));  // quadratic: hours
}

TEST(Terminal, DecidesOnColor) {
  const auto screen = [](bool terminal, std::string no_color = {}, std::string clicolor_force = {},
                         std::string force_color = {}, std::string term = "xterm") {
    Screen out;
    out.is_terminal = terminal;
    out.no_color = std::move(no_color);
    out.clicolor_force = std::move(clicolor_force);
    out.force_color = std::move(force_color);
    out.term = std::move(term);
    return out;
  };
  struct {
    const char* name;
    ColorChoice choice;
    Screen screen;
    bool color;
  } const cases[] = {
      {"terminal", ColorChoice::automatic, screen(true), true},
      {"pipe", ColorChoice::automatic, screen(false), false},
      {"dumb terminal", ColorChoice::automatic, screen(true, "", "", "", "dumb"), false},
      {"NO_COLOR", ColorChoice::automatic, screen(true, "1"), false},
      {"NO_COLOR wins over force", ColorChoice::automatic, screen(true, "1", "1", "1"), false},
      {"CLICOLOR_FORCE in a pipe", ColorChoice::automatic, screen(false, "", "1"), true},
      {"CLICOLOR_FORCE=0", ColorChoice::automatic, screen(false, "", "0"), false},
      {"FORCE_COLOR in a pipe", ColorChoice::automatic, screen(false, "", "", "1"), true},
      {"--color=always wins", ColorChoice::always, screen(false, "1"), true},
      {"--color=never wins", ColorChoice::never, screen(true, "", "1"), false},
  };
  for (const auto& expected : cases)
    EXPECT_EQ(use_color(expected.choice, expected.screen), expected.color) << expected.name;
}

TEST(Terminal, DecidesOnWidth) {
  Screen screen;
  screen.columns_variable = "120";
  EXPECT_EQ(width(screen), 0U) << "a pipe has no width";
  screen.is_terminal = true;
  EXPECT_EQ(width(screen), 120U);
  screen.columns = 100;
  EXPECT_EQ(width(screen), 100U);
  screen.columns = 0;
  screen.columns_variable = "wide";
  EXPECT_EQ(width(screen), 80U);
}

}  // namespace
}  // namespace backout::report
