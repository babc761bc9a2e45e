// Where the report of the program goes and what it looks like there: pipes, files, terminals.
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include "program.h"

namespace backout::test {
namespace {

class Output : public testing::Test {
 protected:
  Output() {
    write_file(directory.path() + "/m/0001_a.up.sql", "CREATE TABLE a (x integer, y integer);\n");
    write_file(directory.path() + "/m/0002_b.up.sql", "ALTER TABLE a DROP COLUMN y;\n");
  }
  // What a terminal of `columns` gets.
  std::string on_terminal(const Environment& environment, unsigned short columns = 100) const {
    int terminal = -1;
    winsize size{40, columns, 0, 0};
    const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
    if (child == 0) {
      for (const char* name : {"NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR"}) ::unsetenv(name);
      ::setenv("TERM", "xterm", 1);
      for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
      if (::chdir(directory.path().c_str()) == 0)
        ::execl(BACKOUT_PROGRAM, "backout", "lint", "m", nullptr);
      ::_exit(127);
    }
    std::string out;
    char buffer[4096];
    for (ssize_t got; (got = ::read(terminal, buffer, sizeof buffer)) > 0;)
      out.append(buffer, static_cast<std::size_t>(got));
    ::close(terminal);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 1) << out;
    return out;
  }
  TemporaryDirectory directory;
};

bool has_color(const std::string& out) { return out.find("\x1b[") != std::string::npos; }

TEST_F(Output, FlagThenNoColorThenForceThenTerminal) {
  const struct {
    std::vector<std::string> flags;
    Environment environment;
    bool color;
  } piped[] = {
      {{}, {}, false},
      {{}, {{"CLICOLOR_FORCE", "1"}}, true},
      {{}, {{"FORCE_COLOR", "1"}}, true},
      {{}, {{"CLICOLOR_FORCE", "0"}}, false},
      {{}, {{"CLICOLOR_FORCE", "1"}, {"NO_COLOR", "1"}}, false},
      {{}, {{"CLICOLOR_FORCE", "1"}, {"NO_COLOR", ""}}, true},
      {{"--color", "always"}, {{"NO_COLOR", "1"}}, true},
      {{"--color=never"}, {{"CLICOLOR_FORCE", "1"}}, false},
      {{"--color", "always", "--format", "json"}, {}, false},
      {{"--color", "auto"}, {{"GITHUB_ACTIONS", "true"}, {"TERM", "xterm"}}, false},
  };
  for (const auto& one : piped) {
    std::vector<std::string> words = {"lint", "m"};
    words.insert(words.end(), one.flags.begin(), one.flags.end());
    const Ended ended = backout(directory.path(), words, {.environment = one.environment});
    EXPECT_EQ(ended.code, 1);
    EXPECT_EQ(has_color(ended.out), one.color) << ended.out;
  }
  EXPECT_TRUE(has_color(on_terminal({})));
  EXPECT_FALSE(has_color(on_terminal({{"NO_COLOR", "1"}})));
  EXPECT_FALSE(has_color(on_terminal({{"TERM", "dumb"}})));
  EXPECT_TRUE(has_color(on_terminal({{"TERM", "dumb"}, {"CLICOLOR_FORCE", "1"}})));
}

TEST_F(Output, ATerminalGetsNothingOfTheChangeRaw) {
  write_file(directory.path() + "/m/0003_\x1b]0;x\x07.up.sql",
             "ALTER TABLE a DROP COLUMN \"\x1b]0;t\x07\"; -- \x1b[2J\n");
  const std::string out = on_terminal({});
  EXPECT_EQ(out.find("\x1b]"), std::string::npos) << out;
  EXPECT_EQ(out.find("\x1b[2J"), std::string::npos) << out;
  EXPECT_EQ(out.find('\x07'), std::string::npos) << out;
}

TEST_F(Output, AClosedPipeIsQuietAndKeepsTheCode) {
  std::string drops;
  for (int i = 0; i < 3000; ++i) drops += "DROP TABLE t" + std::to_string(i) + ";\n";
  write_file(directory.path() + "/m/0003_c.up.sql", drops);
  const std::string program = BACKOUT_PROGRAM;
  const Ran ran =
      run(directory.path(), {"sh", "-c", "{ " + program + " lint m 2>err; echo $? >code; } | :"});
  EXPECT_EQ(ran.output, "");
  EXPECT_EQ(read_file(directory.path() + "/code"), "1\n");
  EXPECT_EQ(read_file(directory.path() + "/err"), "");
}

TEST_F(Output, IntoAFile) {
  const Ended ended = backout(directory.path(), {"lint", "m", "-o", "report.txt"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.out, "");
  EXPECT_EQ(read_file(directory.path() + "/report.txt"),
            backout(directory.path(), {"lint", "m"}).out);
  const Ended full = backout(directory.path(), {"lint", "m", "--output", "/dev/full"});
  EXPECT_EQ(full.code, 3);
  EXPECT_NE(full.err.find("cannot write the report to `/dev/full`"), std::string::npos) << full.err;
}

TEST_F(Output, QuietLeavesFindings) {
  const Ended ended = backout(directory.path(), {"lint", "m", "--quiet"});
  EXPECT_NE(ended.out.find("[compat/drop-column]"), std::string::npos);
  EXPECT_EQ(ended.out.find("judged"), std::string::npos) << ended.out;
  EXPECT_EQ(backout(directory.path(), {"lint", "m/0001_a.up.sql", "-q"}).out, "");
}

}  // namespace
}  // namespace backout::test
