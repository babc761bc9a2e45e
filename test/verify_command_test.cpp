// `backout verify` as people run it: configuration, formats, a terminal, Ctrl-C.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>

#include "http_server.h"
#include "program.h"

namespace backout::test {
namespace {

using nlohmann::json;
using Words = std::vector<std::string>;

HttpReply value(const std::string& number) {
  return {200, fmt::format(R"({{"status":"success","data":{{"resultType":"vector","result":)"
                           R"([{{"metric":{{}},"value":[1,"{}"]}}]}}}})",
                           number)};
}

constexpr const char* config = R"(services:
  catalog:
    recovery:
      - name: error ratio
        query: error_ratio
        expect: "< 0.01"
        for: 1s
        within: 2s
      - query: p99
        expect: "<= 0.3"
        for: 1s
        within: 2s
)";

class VerifyCommand : public testing::Test {
 protected:
  Setting setting() const {
    return {.environment = {{"PROMETHEUS_URL", server.url()},
                            {"PROMETHEUS_TOKEN", "s3cr3t-token"},
                            {"BACKOUT_NOW", "2026-11-20T10:00:00Z"},
                            {"NO_PROXY", "*"}}};
  }
  Ended run(Words words) const {
    words.insert(words.begin(), "verify");
    Ended ended = backout(repo.path(), words, setting());
    EXPECT_EQ((ended.out + ended.err).find("s3cr3t"), std::string::npos) << ended.out << ended.err;
    return ended;
  }
  Repo repo;
  std::atomic<int> asked{0};
  HttpServer::Handler answer = [](const HttpRequest&) { return value("0.001"); };
  HttpServer server{[this](const HttpRequest& request) {
    ++asked;
    return answer(request);
  }};
};

TEST_F(VerifyCommand, WatchesTheConfiguredQueries) {
  repo.commit_file(".backout.yaml", config);
  answer = [this](const HttpRequest& request) {
    return request.body.starts_with("query=error_ratio") && asked < 4 ? value("0.5")
                                                                      : value("0.001");
  };
  const Ended ended = run({"--interval", "100ms"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_TRUE(ended.out.starts_with("recovered: catalog\n  asked " + server.url() +
                                    " from 2026-11-20T10:00:00Z for 1s\n\nerror ratio: "))
      << ended.out;
  EXPECT_NE(ended.out.find("\np99: recovered\n"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("█"), std::string::npos);
  EXPECT_TRUE(ended.err.starts_with("asking " + server.url() + " about 2 queries\n")) << ended.err;
  EXPECT_NE(ended.err.find("2026-11-20T10:00:00Z  error ratio: breaks: 0.5 is not < 0.01\n"),
            std::string::npos)
      << ended.err;
  EXPECT_EQ(ended.err.find('\x1b'), std::string::npos);

  const Ended quiet = run({"--service", "catalog", "--for", "0s", "-q", "--format", "json"});
  EXPECT_EQ(quiet.code, 0);
  EXPECT_EQ(quiet.err, "");
  EXPECT_EQ(json::parse(quiet.out)["checks"][1]["name"], "p99");
  const Ended page = run({"--for", "0s", "--ascii", "--format", "markdown", "-o", "record.md"});
  EXPECT_EQ(page.code, 0);
  EXPECT_EQ(page.out, "");
  const std::string record = read_file(repo.path() + "/record.md");
  EXPECT_TRUE(record.starts_with("## Verification: recovered: catalog\n")) << record;
  for (const char c : record) EXPECT_LT(static_cast<unsigned char>(c), 0x80U) << record;

  answer = [](const HttpRequest&) { return value("0.5"); };
  EXPECT_EQ(run({"--within", "1s", "--interval", "100ms"}).code, 1);
  EXPECT_NE(run({"--service", "catalogue"}).err.find("did you mean `catalog`?"), std::string::npos);
}

TEST_F(VerifyCommand, WrongUsage) {
  struct {
    Words words;
    const char* said;
  } const cases[] = {
      {{}, "the configuration has no services"},
      {{"--query", "up"}, "`--query` and `--expect` belong together"},
      {{"--expect", "< 1"}, "`--query` and `--expect` belong together"},
      {{"--query", "up", "--expect", "1"}, "say how: `< 1`"},
      {{"--query", "up", "--expect", "< 1", "--service", "a"}, "exclude each other"},
      {{"--query", "up", "--expect", "< 1", "--for", "5"}, "`--for` cannot be `5`"},
      {{"--query", "up", "--expect", "< 1", "--for", "2m", "--within", "1m"}, "longer than the 1m"},
      {{"--query", "up", "--expect", "< 1", "--interval", "0s"}, "longer than nothing"},
      {{"--query", "up", "--expect", "< 1", "--prometheus", "prom:9090"}, "begins with `http://`"},
      {{"--query", "up", "--expect", "< 1", "--prometheus-token", "s3cr3t"}, "PROMETHEUS_TOKEN"},
      {{"--query", "up", "--expect", "< 1", "--prometheus-ca", "none.pem"}, "cannot be read"},
      {{"--query", "up or vector(0)", "--expect", "< 1"}, "would recover without a measurement"},
      {{"--query", "up[5m]", "--expect", "< 1"}, "range vector"},
      {{"--query", "up", "--expect", "< 1", "--format", "xml"}, "`--format` cannot be `xml`"},
      {{"--nonsense"}, "unknown option"},
  };
  for (const auto& one : cases) {
    const Ended ended = run(one.words);
    EXPECT_EQ(ended.code, 2) << one.said << ended.err;
    EXPECT_NE(ended.err.find(one.said), std::string::npos) << ended.err;
  }
  EXPECT_EQ(asked, 0);
  answer = [](const HttpRequest&) { return HttpReply{401, "no"}; };
  const Ended denied = run({"--query", "up", "--expect", "< 1"});
  EXPECT_EQ(denied.code, 2);
  EXPECT_NE(denied.err.find("answered 401"), std::string::npos) << denied.err;
}

// Starts it on a terminal, sends the signal after the third question, returns what it printed.
std::string on_terminal(const HttpServer& server, const std::atomic<int>& asked, int signal,
                        int& status) {
  int terminal = -1;
  winsize size{24, 60, 0, 0};
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) {
    ::setenv("TERM", "xterm", 1);
    ::setenv("NO_PROXY", "*", 1);
    ::setenv("LC_ALL", "C.UTF-8", 1);
    ::execl(BACKOUT_PROGRAM, "backout", "verify", "--prometheus", server.url().c_str(), "--query",
            "error_ratio", "--expect", "< 0.01", "--name",
            "an error ratio whose name is longer than there is room for", "--interval", "100ms",
            nullptr);
    ::_exit(127);
  }
  for (int waited = 0; asked < 3 && waited < 500; ++waited) ::usleep(10'000);
  if (signal != 0) ::kill(child, signal);
  std::string out;
  char buffer[4096];
  for (ssize_t got; (got = ::read(terminal, buffer, sizeof buffer)) > 0;)
    out.append(buffer, static_cast<std::size_t>(got));
  ::close(terminal);
  ::waitpid(child, &status, 0);
  return out;
}

TEST_F(VerifyCommand, CtrlCEndsWithTheReportSoFar) {
  answer = [](const HttpRequest&) { return value("0.5"); };
  int status = 0;
  const std::string out = on_terminal(server, asked, SIGINT, status);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 3) << out;
  EXPECT_NE(out.find("interrupted before the end"), std::string::npos) << out;
  // One line, drawn again in its place, taken away at the end.
  EXPECT_NE(out.find("0.5 (< 0.01)  breaks, "), std::string::npos) << out;
  EXPECT_NE(out.find("\r\x1b[1A"), std::string::npos);
  EXPECT_NE(out.find("\r\x1b[1A\x1b[J"), std::string::npos);
  EXPECT_NE(out.find("an error ratio who…"), std::string::npos) << out;
}

TEST_F(VerifyCommand, CtrlCDoesNotWaitForASlowServer) {
  answer = [](const HttpRequest&) {
    HttpReply reply = value("0.5");
    reply.delay_ms = 8000;
    return reply;
  };
  asked = 2;  // so the first question is the third
  int status = 0;
  const auto start = std::chrono::steady_clock::now();
  const std::string out = on_terminal(server, asked, SIGTERM, status);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 3) << out;
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace backout::test
