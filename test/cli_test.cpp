// The commands as scripts and people meet them: exit codes, streams, messages.
#include "cli/cli.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/rule.h"
#include "core/version.h"

namespace backout::cli {
namespace {

struct Ended {
  int code;
  std::string out, err;
};

std::string content(int fd) {
  std::string text(static_cast<std::size_t>(::lseek(fd, 0, SEEK_END)), '\0');
  if (::pread(fd, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    text = "cannot read";
  ::close(fd);
  return text;
}

Ended ran(const std::vector<const char*>& arguments) {
  const Streams streams{0, ::memfd_create("out", 0), ::memfd_create("err", 0)};
  const int code = run(arguments, streams);
  return {code, content(streams.out), content(streams.err)};
}

TEST(Cli, UsageErrorsNameTheRemedy) {
  struct {
    std::vector<const char*> arguments;
    const char* message;
  } const cases[] = {
      {{}, "backout: a command is missing; `backout --help` lists them\n"},
      {{"explian"}, "backout: unknown command `explian`; did you mean `explain`?\n"},
      {{"\x1b[2J"}, "backout: unknown command `\\x1b[2J`; `backout --help` lists the commands\n"},
      {{"--versoin"}, "backout: unknown option `--versoin`; `backout --help` lists the commands\n"},
      {{"rules", "--formt", "json"},
       "backout: unknown option `--formt`; did you mean `--format`?\n"},
      {{"rules", "--zzz=1"},
       "backout: unknown option `--zzz`; `backout rules --help` lists the options\n"},
      {{"rules", "--format"},
       "backout: `--format` needs a value; `backout rules --help` lists the options\n"},
      {{"lint", "--threads", "x"},
       "backout: `--threads` cannot be `x`: it is a number of at most nine digits\n"},
      {{"rollout", "undo", "web", "--to-revision", "99999999999999999999"},
       "backout: `--to-revision` cannot be `99999999999999999999`: it is a number of at most nine "
       "digits\n"},
      {{"rollout", "status", "web", "--format", "xml"},
       "backout: `--format` cannot be `xml`; known are text and json\n"},
      {{"rules", "--format", "xml"},
       "backout: `--format` cannot be `xml`; known are text, json and markdown\n"},
      {{"rules", "all"},
       "backout: `all` is one argument too many; `backout rules --help` lists the options\n"},
      {{"rules", "--", "--format"},
       "backout: `--format` is one argument too many; `backout rules --help` lists the options\n"},
      {{"explain", "hygiene/ignore-unusd"},
       "backout: unknown rule `hygiene/ignore-unusd`; did you mean `hygiene/ignore-unused`?\n"},
      {{"explain", "[x]"}, "backout: unknown rule `[x]`; `backout rules` lists them\n"},
      {{"explain", "--color", "blue"},
       "backout: `--color` cannot be `blue`; known are auto, always and never\n"},
      {{"schema"}, "backout: a schema is missing: `report` or `config`\n"},
      {{"schema", "reports"}, "backout: unknown schema `reports`; known are report and config\n"},
  };
  for (const auto& expected : cases) {
    const Ended ended = ran(expected.arguments);
    EXPECT_EQ(ended.code, 2) << expected.message;
    EXPECT_EQ(ended.out, "") << expected.message;
    EXPECT_EQ(ended.err, expected.message);
  }
}

TEST(Cli, NamesItself) {
  const Ended ended = ran({"--version"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out, "backout " + std::string(version()) + " (" + std::string(commit()) +
                           "), PostgreSQL " + std::string(grammar()) + " grammar\n");
}

TEST(Cli, EveryCommandHasHelp) {
  const Ended all = ran({"--help"});
  EXPECT_EQ(all.code, 0);
  for (const Command& command : commands()) {
    EXPECT_NE(all.out.find("\n  " + std::string(command.name) + " "), std::string::npos)
        << command.name;
    const std::string name(command.name);
    const Ended one = ran({name.c_str(), "--help"});
    EXPECT_EQ(one.code, 0) << name;
    EXPECT_EQ(one.out.find("usage: backout " + name + " "), 0U) << name;
    EXPECT_NE(one.out.find("-h, --help"), std::string::npos) << name;
    EXPECT_EQ(one.err, "") << name;
  }
}

TEST(Cli, ExplainsEveryRule) {
  for (const RuleEntry& entry : all_rules()) {
    const std::string id(entry.rule->id);
    const Ended ended = ran({"explain", id.c_str()});
    EXPECT_EQ(ended.code, 0) << id;
    EXPECT_EQ(ended.out.find(id + ": " + std::string(entry.rule->summary) + "\n"), 0U);
    for (const char* const heading : {"\nwhy\n", "\ninstead\n", "\nthis fails", "\nthis passes\n"})
      EXPECT_NE(ended.out.find(heading), std::string::npos) << id << heading;
    EXPECT_EQ(ended.out.find('\x1b'), std::string::npos) << "no colour unless asked for";
  }
  EXPECT_NE(ran({"explain", "hygiene/ignore-unused", "--color=always"}).out.find("\x1b[1m"),
            std::string::npos);
  EXPECT_EQ(ran({"explain", "ignore-unused"}).out, ran({"explain", "hygiene/ignore-unused"}).out);
  EXPECT_NE(ran({"explain"}).out.find("hygiene "), std::string::npos);
}

TEST(Cli, ListsRules) {
  const nlohmann::json rules =
      nlohmann::json::parse(ran({"rules", "--format", "json"}).out)["rules"];
  const std::string text = ran({"rules"}).out;
  ASSERT_EQ(rules.size(), all_rules().size());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const RuleEntry& entry = all_rules()[i];
    EXPECT_EQ(rules[i]["id"], entry.rule->id);
    EXPECT_EQ(rules[i]["fail_example"], entry.fail_example);
    EXPECT_NE(text.find("\n  " + std::string(entry.rule->id) + " "), std::string::npos)
        << entry.rule->id << ": its family is not listed";
  }
}

TEST(Cli, CatalogueIsWhatTheProgramPrints) {
  const std::string path = std::string(BACKOUT_SOURCE_DIR) + "/rules/README.md";
  const std::string printed = ran({"rules", "--format", "markdown"}).out;
  if (std::getenv("UPDATE_SNAPSHOTS")) std::ofstream(path) << printed;
  std::stringstream kept;
  kept << std::ifstream(path).rdbuf();
  EXPECT_EQ(kept.str(), printed) << "`./dev snapshots` writes it";
}

TEST(Cli, PrintsSchemas) {
  EXPECT_EQ(nlohmann::json::parse(ran({"schema", "report"}).out)["title"], "backout report");
  EXPECT_EQ(nlohmann::json::parse(ran({"schema", "config"}).out)["title"], "backout configuration");
}

TEST(Cli, ClosedPipeIsQuietAndKeepsTheCode) {
  std::signal(SIGPIPE, SIG_IGN);  // as main() does
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  const Streams streams{0, ends[1], ::memfd_create("err", 0)};
  EXPECT_EQ(finish(streams, std::string(1 << 20, 'x'), 1), 1);
  ::close(ends[1]);
  EXPECT_EQ(content(streams.err), "");
}

TEST(Cli, AReportThatCannotBeWrittenDecidesNothing) {
  const Streams full{0, ::open("/dev/full", O_WRONLY), ::memfd_create("err", 0)};
  EXPECT_EQ(finish(full, "report", 0), 3);
  ::close(full.out);
  EXPECT_EQ(content(full.err),
            "backout: cannot write the report to standard output: No space left on device\n");

  const Streams streams{0, 1, ::memfd_create("err", 0)};
  EXPECT_EQ(finish_file(streams, "/nonexistent/report.json", "report", 1), 3);
  EXPECT_EQ(content(streams.err),
            "backout: cannot write the report to `/nonexistent/report.json`: No such file or "
            "directory\n");
}

}  // namespace
}  // namespace backout::cli
