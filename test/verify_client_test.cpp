// Asking Prometheus: what is sent, what is made of the answer, and what is said when there is none.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <map>

#include "http_server.h"
#include "prometheus/client.h"
#include "repo.h"

namespace backout::prometheus {
namespace {

using test::HttpReply;
using test::HttpRequest;
using test::HttpServer;

constexpr const char* one_series =
    R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","job":"a"},"value":[1.5,"0.25"]}]}})";

Client client_of(const std::string& url) {
  Client out;
  out.settings.url = url;
  out.settings.token = "s3cr3t-token";
  out.settings.headers = {{"X-Scope-OrgID", "t3nant-shop"}};
  out.first_pause = std::chrono::milliseconds(1);
  return out;
}

Result<Answer> ask(Client& client, const std::string& text = "up") {
  Session session;
  auto answer = query(client, session, text);
  if (!answer) {
    for (const char* secret : {"s3cr3t", "t3nant", "pa55word", "dXNlcjp"})
      EXPECT_EQ(answer.error().message.find(secret), std::string::npos) << answer.error().message;
  }
  return answer;
}

// What is made of this body, in one line.
std::string read(const std::string& body) {
  Answer answer;
  switch (read_answer(body, answer)) {
    case Unreadable::no:
      break;
    case Unreadable::broken:
      return "broken";
    case Unreadable::other_server:
      return "other server";
    case Unreadable::range:
      return "range";
    case Unreadable::text:
      return "text";
    case Unreadable::histogram:
      return "histogram";
  }
  std::string out;
  for (const Series& each : answer.series)
    out += each.labels + "=" + (std::isnan(each.value) ? "NaN" : std::to_string(each.value)) + ";";
  for (const std::string& each : answer.remarks) out += "!" + each;
  if (!answer.missing.empty()) out += "?" + answer.missing;
  return out;
}

TEST(PrometheusClient, ReadsAnswers) {
  const auto data = [](const std::string& type, const std::string& result,
                       const std::string& more = "") {
    return R"({"status":"success",)" + more + R"("data":{"resultType":")" + type +
           R"(","result":)" + result + "}}";
  };
  struct {
    std::string body, read;
  } const cases[] = {
      {one_series, "up{job=\"a\"}=0.250000;"},
      {data("vector", "[]"), ""},
      {data("scalar", R"([1,"3"])"), "{}=3.000000;"},
      {data("vector", R"([{"metric":{},"value":[1,"NaN"]}])"), "{}=NaN;"},
      {data("vector",
            R"([{"metric":{"__name__":"x"},"value":[1,"+Inf"]},{"metric":{},"value":[1,"-Inf"]}])"),
       "x=inf;{}=-inf;"},
      {data("vector", R"([{"metric":{"a":"\"\\","b":"\u001b"},"value":[1,"1e-05"]}])"),
       "{a=\"\\\"\\\\\", b=\"\x1b\"}=0.000010;"},
      {data("vector", "[]", R"("infos":["i",3],)"), "!i"},
      {data("vector", "[]", R"("isPartial":true,)"), "?the server says that it is partial"},
      {data("vector", "[]", R"("isPartial":false,"warnings":[],)"), ""},
      {data("vector", "[]", R"("warnings":["PromQL warning: w","PromQL info: i"],)"),
       "!PromQL warning: w!PromQL info: i"},
      {data("vector", "[]", R"("warnings":["PromQL warning: w","store a: timeout","b"],)"),
       "!PromQL warning: w?store a: timeout"},
      {data("matrix", R"([{"metric":{},"values":[[1,"1"]]}])"), "range"},
      {data("string", R"([1,"text"])"), "text"},
      {data("vector", R"([{"metric":{},"histogram":[1,{"count":"3"}]}])"), "histogram"},
      {data("vector", R"([{"metric":{},"value":[1,2]}])"), "broken"},
      {data("vector", R"([{"metric":{},"value":[1,"two"]}])"), "broken"},
      {data("vector", R"([{"metric":{},"value":["1"]}])"), "broken"},
      {data("vector", R"([{"value":[1,"1"]}])"), "broken"},
      {data("vector", R"([1])"), "broken"},
      {data("vector", R"({})"), "broken"},
      {data("scalar", R"([])"), "broken"},
      {data("streams", "[]"), "other server"},
      {R"({"status":"error","error":"x"})", "other server"},
      {R"({"hello":1})", "other server"},
      {"[]", "other server"},
      {"null", "other server"},
      {"", "broken"},
      {std::string(one_series).substr(0, 60), "broken"},
      {std::string(100'000, '['), "broken"},
  };
  for (const auto& one : cases) EXPECT_EQ(read(one.body), one.read) << one.body.substr(0, 200);

  std::string labels, long_value(5000, 'x');
  for (int i = 0; i < 500; ++i) labels += "\"l" + std::to_string(i) + "\":\"" + long_value + "\",";
  const std::string many =
      read(data("vector", "[{\"metric\":{" + labels + R"("z":"z"},"value":[1,"1"]}])"));
  EXPECT_LT(many.size(), 1000U) << "labels are names, not documents";
}

TEST(PrometheusClient, AsksByPost) {
  const HttpServer server([](const HttpRequest&) { return HttpReply{200, one_series}; });
  Client client = client_of(server.url() + "/mimir/prometheus");
  client.timeout = std::chrono::milliseconds(2500);
  const auto answer = ask(client, "a{b=\"c & d\"} + 1");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->series[0].value, 0.25);
  const HttpRequest request = server.requests().at(0);
  EXPECT_EQ(request.method + " " + request.path, "POST /mimir/prometheus/api/v1/query");
  EXPECT_EQ(request.body, "query=a%7Bb%3D%22c%20%26%20d%22%7D%20%2B%201&timeout=2500ms");
  EXPECT_EQ(request.headers.at("content-type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(request.headers.at("authorization"), "Bearer s3cr3t-token");
  EXPECT_EQ(request.headers.at("x-scope-orgid"), "t3nant-shop");
}

TEST(PrometheusClient, FallsBackToGet) {
  for (const int status : {405, 501, 308}) {
    HttpServer* self = nullptr;
    HttpServer server([&](const HttpRequest& request) {
      if (request.method == "GET") return HttpReply{200, one_series};
      HttpReply reply{status, "no"};
      if (status == 308) reply.headers = {"Location: " + self->url() + "/api/v1/query"};
      return reply;
    });
    self = &server;
    Client client = client_of(server.url());
    Session session;
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(query(client, session, "up")) << status;
    EXPECT_EQ(server.log(),
              "POST /api/v1/query\nGET /api/v1/query?query=up&timeout=10000ms\n"
              "GET /api/v1/query?query=up&timeout=10000ms\n")
        << "learned once";
  }
}

TEST(PrometheusClient, SaysWhyThereIsNoAnswer) {
  const auto error = [](const std::string& type, const std::string& text) {
    return R"({"status":"error","errorType":")" + type + R"(","error":")" + text + "\"}";
  };
  struct {
    HttpReply reply;
    ErrorKind kind;
    const char* said;
  } const cases[] = {
      {{400, error("bad_data", "1:4: parse error")},
       ErrorKind::usage,
       "(bad_data: 1:4: parse error): the server does not accept"},
      {{422, error("execution", "many-to-many matching not allowed")},
       ErrorKind::usage,
       "cannot compute"},
      {{503, error("timeout", "query timed out in expression evaluation")},
       ErrorKind::undecided,
       "takes the server too long"},
      {{500, error("internal", "tsdb")}, ErrorKind::undecided, "is in trouble"},
      {{401, "Unauthorized\n"}, ErrorKind::usage, "the token is from PROMETHEUS_TOKEN"},
      {{401, "no org id"}, ErrorKind::usage, "X-Scope-OrgID"},
      {{403, error("", "s3cr3t-token of t3nant-shop")}, ErrorKind::usage, "the right is missing"},
      {{404, "404 page not found"}, ErrorKind::usage, "/select/0/prometheus"},
      {{200, "<html>login</html>", "text/html"}, ErrorKind::usage, "a login proxy"},
      {{403, "\n <html>", "text/html"}, ErrorKind::usage, "a login proxy"},
      {{502, "<html>bad gateway</html>", "text/html"}, ErrorKind::undecided, "(4 attempts)"},
      {{429, ""}, ErrorKind::undecided, "too much to do"},
      {{200, R"({"data": 1})"}, ErrorKind::usage, "no answer to a query"},
      {{200, "{\"status\":\"succ"}, ErrorKind::undecided, "cut short or garbled"},
      {{302, "", "text/html", {"Location: https://login.example.com/?to=x"}},
       ErrorKind::usage,
       "redirects to https://login.example.com,"},
      {{200, R"({"status":"success","data":{"resultType":"matrix","result":[]}})"},
       ErrorKind::usage,
       "a range vector"},
      {{200, "0123456789abcdef", "application/json", {}, 0, "", std::size_t{1} << 21},
       ErrorKind::usage,
       "larger than 16777216 bytes"},
      {{200, "", "", {}, 0, "HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{\"status\""},
       ErrorKind::undecided,
       "try again"},
      {{200, "", "", {}, 0, "SSH-2.0-OpenSSH\r\n"}, ErrorKind::undecided, "try again"},
      {{200, one_series, "application/json", {}, 3000}, ErrorKind::undecided, "no complete answer"},
  };
  for (const auto& one : cases) {
    const HttpServer server([&](const HttpRequest&) { return one.reply; });
    Client client = client_of(server.url());
    client.timeout = std::chrono::milliseconds(one.reply.delay_ms > 0 ? 1 : 10'000);
    const auto answer = ask(client);
    ASSERT_FALSE(answer) << one.said;
    EXPECT_EQ(answer.error().kind, one.kind) << answer.error().message;
    EXPECT_NE(answer.error().message.find(one.said), std::string::npos) << answer.error().message;
    EXPECT_NE(answer.error().message.find("Prometheus"), std::string::npos);
  }
  Client nobody = client_of("http://127.0.0.1:" + std::to_string(test::unused_port()));
  const auto answer = ask(nobody);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::undecided);
  EXPECT_NE(answer.error().message.find("no connection"), std::string::npos);
}

TEST(PrometheusClient, TriesAgainAndCanBeCancelled) {
  std::atomic<int> asked{0};
  const HttpServer server([&](const HttpRequest&) {
    return ++asked < 3 ? HttpReply{503, "starting"} : HttpReply{200, one_series};
  });
  Client client = client_of(server.url());
  EXPECT_TRUE(ask(client));
  EXPECT_EQ(asked, 3);

  const HttpServer slow([](const HttpRequest&) {
    return HttpReply{200, one_series, "application/json", {}, 9000};
  });
  Client impatient = client_of(slow.url());
  impatient.cancelled = [] { return true; };
  const auto start = std::chrono::steady_clock::now();
  const auto answer = ask(impatient);
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("interrupted"), std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
}

// ---- settings

Result<Settings> settings(const Flags& flags, const std::map<std::string, std::string>& variables) {
  return find_settings(flags, [&](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

TEST(PrometheusSettings, Urls) {
  struct {
    const char *given, *url;  // or what is wrong
  } const cases[] = {
      {"http://localhost:9090", "http://localhost:9090"},
      {" https://p.example.com/ ", "https://p.example.com"},
      {"https://p.example.com/prometheus//", "https://p.example.com/prometheus"},
      {"http://p/select/0/prometheus/api/v1/query", "http://p/select/0/prometheus"},
      {"http://p/api/v1/", "http://p"},
      {"http://p/query", "http://p/query"},
      {"localhost:9090", "begins with `http://`"},
      {"ftp://p", "begins with `http://`"},
      {"http://", "names no host"},
      {"http:///x", "names no host"},
      {"http://user:pa55word@p/", "PROMETHEUS_USERNAME"},
      {"http://p/graph?g0.expr=up", "leave out what begins with"},
      {"http://p/a b", "blank"},
  };
  for (const auto& one : cases) {
    const auto read = settings({one.given, "", "", "", {}, false}, {});
    EXPECT_NE((read ? read->url : read.error().message).find(one.url), std::string::npos)
        << (read ? read->url : read.error().message);
    if (!read) {
      EXPECT_EQ(read.error().message.find("pa55word"), std::string::npos);
    } else {
      EXPECT_EQ(read->url, one.url);
    }
  }
  EXPECT_EQ(settings({}, {{"PROMETHEUS_URL", "http://e"}})->url, "http://e");
  EXPECT_EQ(settings({"http://f", "", "", "", {}, false}, {{"PROMETHEUS_URL", "http://e"}})->url,
            "http://f");
  EXPECT_NE(settings({}, {}).error().message.find("PROMETHEUS_URL"), std::string::npos);
}

TEST(PrometheusSettings, Credentials) {
  const test::TemporaryDirectory directory;
  const std::string file = directory.path() + "/token";
  test::write_file(file, "  f1le-token\n");
  const auto with = [](std::map<std::string, std::string> variables,
                       std::vector<std::string> headers = {}) {
    variables["PROMETHEUS_URL"] = "http://p";
    Flags flags;
    flags.headers = std::move(headers);
    return settings(flags, variables);
  };
  EXPECT_EQ(with({{"PROMETHEUS_TOKEN", "abc\n"}})->token, "abc");
  EXPECT_EQ(with({{"PROMETHEUS_TOKEN_FILE", file}})->token_file, file);
  EXPECT_EQ(with({{"PROMETHEUS_USERNAME", "u"}, {"PROMETHEUS_PASSWORD", " p "}})->password, " p ");
  EXPECT_EQ(with({}, {"X-Scope-OrgID: shop"})->headers[0].value, "shop");
  struct {
    std::map<std::string, std::string> variables;
    std::vector<std::string> headers;
    const char* wrong;
  } const cases[] = {
      {{{"PROMETHEUS_TOKEN", "abc"}, {"PROMETHEUS_USERNAME", "u"}}, {}, "several credentials"},
      {{{"PROMETHEUS_TOKEN", "abc"}}, {"authorization: x"}, "several credentials"},
      {{{"PROMETHEUS_PASSWORD", "pa55word"}}, {}, "PROMETHEUS_USERNAME is not"},
      {{{"PROMETHEUS_USERNAME", "a:b"}}, {}, "colon"},
      {{{"PROMETHEUS_TOKEN_FILE", "/nonexistent"}}, {}, "cannot be read"},
      {{{"PROMETHEUS_TOKEN_FILE", "/dev/zero"}}, {}, "cannot be read"},
      {{}, {"pa55word"}, "header 1 is not of the form"},
  };
  for (const auto& one : cases) {
    const auto read = with(one.variables, one.headers);
    ASSERT_FALSE(read) << one.wrong;
    EXPECT_NE(read.error().message.find(one.wrong), std::string::npos) << read.error().message;
    EXPECT_EQ(read.error().message.find("pa55word"), std::string::npos);
  }
  for (const char* bad : {"", "two words", "two\nlines"}) {
    test::write_file(file, bad);
    EXPECT_FALSE(read_token(file)) << bad;
  }
}

TEST(PrometheusSettings, ATokenFileIsReadEachTime) {
  const test::TemporaryDirectory directory;
  const std::string file = directory.path() + "/token";
  const HttpServer server([](const HttpRequest& request) {
    return request.headers.at("authorization") == "Bearer new-token"
               ? HttpReply{200, one_series}
               : HttpReply{401, "old-token is over"};
  });
  Client client = client_of(server.url());
  client.settings.token.clear();
  client.settings.token_file = file;
  test::write_file(file, "old-token");
  const auto before = ask(client);
  ASSERT_FALSE(before);
  EXPECT_NE(before.error().message.find("PROMETHEUS_TOKEN_FILE"), std::string::npos);
  EXPECT_EQ(before.error().message.find("old-token"), std::string::npos);
  test::write_file(file, "new-token\n");
  EXPECT_TRUE(ask(client));
  client.settings.token_file.clear();
  client.settings.user_name = "user";
  client.settings.password = "pa55word";
  const auto basic = ask(client);
  ASSERT_FALSE(basic);
  EXPECT_EQ(server.requests().back().headers.at("authorization"), "Basic dXNlcjpwYTU1d29yZA==");
}

}  // namespace
}  // namespace backout::prometheus
