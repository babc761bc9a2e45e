// A verification from the first question to the report: a server of ours, and a clock that runs as
// fast as it is asked.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>

#include "http_server.h"
#include "verify/verify.h"

namespace backout::verify {
namespace {

using test::HttpReply;
using test::HttpRequest;
using test::HttpServer;

constexpr Time s{1000};

std::string vector_of(const std::string& elements) {
  return R"({"status":"success","data":{"resultType":"vector","result":[)" + elements + "]}}";
}
std::string element(const std::string& value, const std::string& labels = "") {
  return fmt::format(R"({{"metric":{{{}}},"value":[1,"{}"]}})", labels, value);
}
HttpReply value(const std::string& number) { return {200, vector_of(element(number))}; }
const HttpReply nothing{200, vector_of("")};

Check check(const std::string& query, std::string_view expect = "< 0.01") {
  return {query, query, *read_expectation(expect), {60 * s, 300 * s, 15 * s}};
}

class VerifyRun : public testing::Test {
 protected:
  // Answers the n-th question so, and the last answer for ever.
  Report run(std::vector<HttpReply> replies,
             Request request = {"catalog", {check("error_ratio")}}) {
    std::atomic<std::size_t> asked{0};
    return run_with(
        [&](const HttpRequest&) { return replies[std::min(asked++, replies.size() - 1)]; },
        std::move(request));
  }
  Report run_with(HttpServer::Handler handler, Request request) {
    const HttpServer server(std::move(handler));
    return run_at(server.url(), std::move(request));
  }
  Report run_at(const std::string& url, Request request) {
    prometheus::Client client;
    client.settings.url = url;
    client.settings.token = "s3cr3t-token";
    client.settings.retries = 0;
    Time time{1'000'000};
    const Pace pace{*parse_instant("2026-11-20T10:00:00Z"), [&] { return time; },
                    [&](Time wanted) {
                      time += wanted;
                      return time < interrupt_at;
                    },
                    [] { return false; }};
    Report report = verify::run(request, client, pace, [&](const Report& so_far) {
      ++progressed;
      EXPECT_EQ(so_far.checks.size(), request.checks.size());
    });
    for (const std::string& each :
         {text(report, {}), markdown(report, true), verify::json(report)}) {
      EXPECT_EQ(each.find("s3cr3t"), std::string::npos);
      for (const char c : each)
        EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n') << each;
    }
    EXPECT_EQ(nlohmann::json::parse(verify::json(report))["exit_code"], exit_code(report));
    return report;
  }
  int progressed = 0;
  Time interrupt_at = Time::max();
};

std::string events(const Report& report, std::size_t index = 0) {
  std::string out;
  for (const Event& event : report.checks.at(index).events)
    out += fmt::format("{} {}\n", event.at.count() / 1000, event.text);
  return out;
}

TEST_F(VerifyRun, Recovers) {
  const Report report =
      run({value("0.2"), value("0.05"), value("0.001"), value("0.002"), value("0")});
  EXPECT_EQ(exit_code(report), 0);
  EXPECT_EQ(report.took, 90 * s);
  EXPECT_EQ(events(report),
            "0 breaks: 0.2 is not < 0.01\n"
            "30 holds: 0.001 is < 0.01\n"
            "90 recovered: it held for 1m: 0 is < 0.01\n");
  EXPECT_EQ(progressed, 92) << "each second, for the one who waits";
  EXPECT_EQ(text(report, {}),
            fmt::format("recovered: catalog\n"
                        "  asked {} from 2026-11-20T10:00:00Z for 1m 30s\n"
                        "\n"
                        "error_ratio: recovered\n"
                        "  it held for 1m: 0 is < 0.01\n"
                        "  < 0.01 for 1m within 5m\n"
                        "  █▃▁▁▁▁▁\n"
                        "  0.2 … 0, 7 readings\n"
                        "  2026-11-20T10:00:00Z  breaks: 0.2 is not < 0.01\n"
                        "  2026-11-20T10:00:30Z  holds: 0.001 is < 0.01\n"
                        "  2026-11-20T10:01:30Z  recovered: it held for 1m: 0 is < 0.01\n",
                        report.server));
}

TEST_F(VerifyRun, DoesNotRecover) {
  const Report report = run({value("0.2")});
  EXPECT_EQ(exit_code(report), 1);
  EXPECT_EQ(report.checks[0].watch.state, State::not_recovered);
  EXPECT_EQ(reason(report.checks[0]), "0.2 is not < 0.01; it can no longer hold for 1m within 5m");
  EXPECT_EQ(exit_code(run({value("NaN")})), 1);
  EXPECT_EQ(exit_code(run({value("-Inf")})), 1);
  const Report late = run({value("1"), value("1"), value("1"), value("1"), value("1"), value("1"),
                           value("1"), value("1"), value("1"), value("1"), value("1"), value("1"),
                           value("1"), value("1"), value("1"), value("0"), value("1"), value("0")});
  EXPECT_EQ(exit_code(late), 1);
}

TEST_F(VerifyRun, NoData) {
  const Report report = run({nothing});
  EXPECT_EQ(exit_code(report), 3);
  EXPECT_NE(reason(report.checks[0]).find("no data in 17 readings"), std::string::npos)
      << reason(report.checks[0]);
  EXPECT_NE(text(report, {}).find("undecided: catalog\n"), std::string::npos);

  Report nobody =
      run_at(fmt::format("http://127.0.0.1:{}", test::unused_port()), {"", {check("error_ratio")}});
  EXPECT_EQ(exit_code(nobody), 3);
  EXPECT_NE(reason(nobody.checks[0]).find("no connection"), std::string::npos);

  // Gone in the middle.
  const Report gone = run({value("0"), value("0"), nothing});
  EXPECT_EQ(exit_code(gone), 3);
  EXPECT_EQ(gone.checks[0].watch.gaps, 1U);
  EXPECT_NE(reason(gone.checks[0]).find("the last data are from 15s after the start"),
            std::string::npos)
      << reason(gone.checks[0]);
}

TEST_F(VerifyRun, TroubleInTheMiddleIsTolerated) {
  HttpReply half, reset;
  half.raw = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"status\":";
  reset.reset = true;
  const HttpReply denied{401, "token expired"}, page{200, "<html>"}, wrong{400, "bad"};
  for (const HttpReply& trouble : {HttpReply{500, "oops"}, half, reset, denied, page, wrong,
                                   HttpReply{200, R"({"status":"success"})"}}) {
    const Report one = run({value("0.5"), value("0"), trouble, value("0")});
    EXPECT_EQ(exit_code(one), 0) << trouble.body;
    EXPECT_EQ(one.took, 75 * s) << "a single one is no gap";
    EXPECT_EQ(one.checks[0].watch.failures, 1U);
    const Report two = run({value("0.5"), value("0"), trouble, trouble, value("0")});
    EXPECT_EQ(exit_code(two), 0);
    EXPECT_EQ(two.took, 120 * s);
    EXPECT_EQ(two.checks[0].watch.gaps, 1U);
    EXPECT_NE(events(two).find("after a gap; the time begins anew"), std::string::npos)
        << events(two);
    const Report for_ever = run({value("0.5"), trouble});
    EXPECT_EQ(exit_code(for_ever), 3) << trouble.body;
  }
}

// The first answer shows what no waiting mends.
TEST_F(VerifyRun, RefusedAtOnce) {
  for (const HttpReply& reply :
       {HttpReply{400, R"({"status":"error","errorType":"bad_data","error":"parse"})"},
        HttpReply{401, ""}, HttpReply{422, ""}, HttpReply{404, ""}, HttpReply{200, "<html>"}}) {
    const Report report = run({reply});
    EXPECT_EQ(exit_code(report), 2) << reply.status;
    ASSERT_TRUE(report.refused);
    EXPECT_EQ(report.took, 0 * s);
  }
  // Also when the server was not there at first.
  EXPECT_EQ(exit_code(run({HttpReply{503, ""}, HttpReply{401, ""}})), 2);
}

TEST_F(VerifyRun, RefusesBeforeItAsks) {
  const std::string passes = "sum(rate(errors_total[5m])) or vector(0)";
  Request request{"catalog", {check("up"), check(passes)}};
  request.checks[1].name = "errors";
  Report report = run({value("0")}, request);
  EXPECT_EQ(exit_code(report), 2);
  ASSERT_TRUE(report.refused);
  EXPECT_EQ(progressed, 0);
  EXPECT_NE(report.refused->message.find("`errors`: the query would recover without"),
            std::string::npos)
      << report.refused->message;

  request.allow_empty_pass = true;
  report = run({value("0")}, request);
  EXPECT_EQ(exit_code(report), 0);
  ASSERT_EQ(report.overridden.size(), 1U);
  for (const std::string& each : {text(report, {}), markdown(report, true), verify::json(report)})
    EXPECT_NE(each.find("it passes without data"), std::string::npos) << each;

  // A dialect that we cannot read.
  request.checks = {check("rate(errors_total) default 0")};
  EXPECT_EQ(exit_code(run({value("0")}, request)), 0);
  request.allow_empty_pass = false;
  EXPECT_EQ(exit_code(run({value("0")}, request)), 2);

  request.checks = {check("up")};
  request.checks[0].terms.hold = 400 * s;
  report = run({value("0")}, request);
  ASSERT_TRUE(report.refused);
  EXPECT_NE(report.refused->message.find("longer than the 5m it may take"), std::string::npos);
  request.checks[0].terms = {s, 1000 * 3600 * s, 1 * s};
  EXPECT_EQ(exit_code(run({value("0")}, request)), 2);
}

TEST_F(VerifyRun, EverySeriesMustSatisfy) {
  std::string many = element("0.001", R"("pod":"good")");
  for (int i = 0; i < 5; ++i)
    many += "," + element(fmt::format("0.{}", i + 1), fmt::format("\"pod\":\"bad{}\"", i));
  many += "," + element("NaN", R"("pod":"idle\u001b[2J\u202e\n| x `y`")");
  const Report report = run({HttpReply{200, vector_of(many)}});
  EXPECT_EQ(exit_code(report), 1);
  const Sample& last = *report.checks[0].last;
  EXPECT_EQ(last.series, 7U);
  EXPECT_EQ(last.breaking, 6U);
  ASSERT_EQ(last.offenders.size(), 3U);
  EXPECT_EQ(last.offenders[1], "{pod=\"bad4\"}") << "the worst first";
  EXPECT_NE(reason(report.checks[0]).find("6 of 7 series"), std::string::npos);
  EXPECT_NE(reason(report.checks[0]).find(" and 3 more"), std::string::npos);
  EXPECT_NE(text(report, {}).find("\\x1b[2J\\u{202e}"), std::string::npos);
}

// Values that are what is left of series, for as long as a window reaches back.
TEST_F(VerifyRun, OldSamplesAreNoRecovery) {
  const auto aged = [this](const std::string& age, bool allow, std::string* asked = nullptr) {
    Request request{"catalog", {check("rate(a{x=\"y\"}[5m]) / rate(a[5m] offset 1m)")}, allow};
    return run_with(
        [=](const HttpRequest& http) {
          if (http.body.find("timestamp") == std::string::npos) return value("0.001");
          if (asked) *asked = http.body;
          return age.empty() ? nothing : value(age);
        },
        request);
  };
  std::string asked;
  Report report = aged("7.5", false, &asked);
  EXPECT_EQ(exit_code(report), 0) << reason(report.checks[0]);
  EXPECT_EQ(asked.substr(0, asked.find('&')),
            "query=time%28%29%20-%20max%28timestamp%28a%7Bx%3D%22y%22%7D%0A%29%29")
      << "what has an offset is not asked for";
  EXPECT_EQ(exit_code(aged("89", false)), 0);
  EXPECT_EQ(exit_code(aged("NaN", false)), 0) << "a server that does not say";
  report = aged("200", false);
  EXPECT_EQ(exit_code(report), 3);
  EXPECT_NE(events(report).find("60 no data: the newest sample is 3m 20s old"), std::string::npos)
      << events(report);
  report = aged("", false);
  EXPECT_EQ(exit_code(report), 3);
  EXPECT_NE(events(report).find("no data: the series have ended"), std::string::npos);
  report = aged("200", true);
  EXPECT_EQ(exit_code(report), 0);
  ASSERT_FALSE(report.checks[0].remarks.empty());
  EXPECT_NE(report.checks[0].remarks.back().find("3m 20s old"), std::string::npos);
}

// Whether anything new is measured is asked until there is an answer.
TEST_F(VerifyRun, FreshnessThatIsNotKnownIsNoRecovery) {
  const auto failing = [this](int times, bool allow) {
    std::atomic<int> asked{0};
    return run_with(
        [&, times](const HttpRequest& http) {
          if (http.body.find("timestamp") == std::string::npos) return value("0.001");
          return ++asked <= times ? HttpReply{503, "no"} : value("5");
        },
        {"catalog", {check("error_ratio")}, allow});
  };
  Report report = failing(1, false);
  EXPECT_EQ(exit_code(report), 0) << reason(report.checks[0]);
  EXPECT_EQ(report.took, 75 * s);
  EXPECT_NE(events(report).find("60 whether anything new is measured is not known: "),
            std::string::npos)
      << events(report);
  report = failing(1000, false);
  EXPECT_EQ(exit_code(report), 3);
  EXPECT_EQ(report.took, 300 * s);
  EXPECT_NE(reason(report.checks[0]).find("whether anything new is measured is not known"),
            std::string::npos)
      << reason(report.checks[0]);
  report = failing(1000, true);
  EXPECT_EQ(exit_code(report), 0);
  ASSERT_FALSE(report.checks[0].remarks.empty());
  EXPECT_NE(report.checks[0].remarks.back().find("is not known"), std::string::npos);
}

TEST_F(VerifyRun, ServersRemarksAreShownOnce) {
  const std::string warned = R"({"status":"success","warnings":["PromQL warning: no counter"],)" +
                             vector_of(element("0")).substr(20);
  const Report report = run({HttpReply{200, warned}});
  EXPECT_EQ(exit_code(report), 0);
  EXPECT_EQ(report.checks[0].remarks,
            std::vector<std::string>{"the server: PromQL warning: no counter"});
  EXPECT_NE(text(report, {}).find("warning: the server: PromQL"), std::string::npos);
}

// What holds in the part that answered may be broken in the part that did not.
TEST_F(VerifyRun, PartOfAnAnswerIsNone) {
  for (const std::string more : {R"("isPartial":true,)", R"("warnings":["store a: timeout"],)"}) {
    const HttpReply part{200,
                         R"({"status":"success",)" + more + vector_of(element("0")).substr(20)};
    Report report = run({part});
    EXPECT_EQ(exit_code(report), 3) << more;
    EXPECT_EQ(report.checks[0].watch.failures, report.checks[0].watch.readings);
    EXPECT_NE(reason(report.checks[0]).find("answers in part only: "), std::string::npos)
        << reason(report.checks[0]);
    report = run({value("0.5"), value("0"), part, value("0")});
    EXPECT_EQ(exit_code(report), 0);
    EXPECT_EQ(report.took, 75 * s) << "a single one is no gap";
  }
}

TEST_F(VerifyRun, SeveralSideBySide) {
  Request request{"catalog", {check("fast"), check("slow"), check("late")}};
  request.checks[1].terms.hold = 120 * s;
  std::atomic<int> asked{0};
  const auto handler = [&](const HttpRequest& http) {
    if (http.body.find("query=late") == std::string::npos) return value("0");
    return ++asked <= 3 ? value("1") : value("0");
  };
  Report report = run_with(handler, request);
  EXPECT_EQ(exit_code(report), 0);
  EXPECT_EQ(report.took, 120 * s);
  // The first is asked on while the others are open.
  EXPECT_EQ(report.checks[0].values.size(), 9U);

  // It breaks again while they are.
  std::atomic<int> fast{0};
  report = run_with(
      [&](const HttpRequest& http) {
        if (http.body.find("query=fast") == std::string::npos) return value("0");
        return ++fast == 7 ? value("1") : value("0");
      },
      request);
  EXPECT_EQ(exit_code(report), 0);
  EXPECT_TRUE(report.checks[0].watch.reopened);
  EXPECT_EQ(report.took, 165 * s);
  EXPECT_NE(events(report).find("90 breaks again: 1 is not < 0.01"), std::string::npos);

  // Its series end while they are: it has to hold again.
  const auto from = [&](int first, int last, const HttpReply& gone) {
    fast = 0;
    return run_with(
        [&, first, last](const HttpRequest& http) {
          if (http.body.find("query=fast") == std::string::npos) return value("0");
          const int now = ++fast;
          return now >= first && now <= last ? gone : value("0");
        },
        request);
  };
  report = from(7, 7, nothing);
  EXPECT_EQ(exit_code(report), 0);
  EXPECT_EQ(report.took, 165 * s);
  EXPECT_NE(events(report).find("90 no data again: the answer has no series; the time begins anew"),
            std::string::npos)
      << events(report);
  EXPECT_EQ(exit_code(from(7, 1000, nothing)), 3);
  EXPECT_EQ(exit_code(from(7, 1000, HttpReply{503, "no"})), 3);
  // One missed answer is bridged, but it is not the last word.
  EXPECT_EQ(from(7, 7, HttpReply{503, "no"}).took, 120 * s);
  report = from(9, 9, HttpReply{503, "no"});
  EXPECT_EQ(exit_code(report), 0);
  EXPECT_EQ(report.took, 135 * s);

  // One that cannot recover ends all.
  request.checks[2].terms = {10 * s, 20 * s, 5 * s};
  asked = -100;
  report = run_with(handler, request);
  EXPECT_EQ(exit_code(report), 1);
  EXPECT_EQ(report.took, 10 * s);
  EXPECT_EQ(report.checks[1].watch.state, State::open);
  EXPECT_NE(text(report, {}).find("slow: open"), std::string::npos) << text(report, {});
}

TEST_F(VerifyRun, EndsWithWhatItKnowsWhenInterrupted) {
  interrupt_at = 1'000'000 * Time(1) + 20 * s;
  const Report report = run({value("0")});
  EXPECT_EQ(exit_code(report), 3);
  EXPECT_TRUE(report.interrupted);
  EXPECT_EQ(report.checks[0].values.size(), 2U);
  EXPECT_NE(text(report, {}).find("interrupted before the end"), std::string::npos);
}

TEST_F(VerifyRun, ReportsFitAndSurviveHostileText) {
  Request request{"cat\x1b[2Jalog", {check("a{b=\"`````\"}\n+ 0 # | \xff"), check("up")}};
  request.checks[0].name = "name `| <b>\n" + std::string(300, 'n');
  const Report report = run({value("0.2")}, request);
  ASSERT_FALSE(report.refused) << report.refused->message;
  const std::string fitted = text(report, {true, true, 60});
  EXPECT_EQ(fitted.find("\x1b[2J"), std::string::npos);
  for (const char c : fitted) EXPECT_LT(static_cast<unsigned char>(c), 0x80U);
  const std::string page = markdown(report, false);
  EXPECT_NE(page.find("``````promql\n"), std::string::npos) << "a fence that nothing closes";
  EXPECT_EQ(page.find("<b>"), std::string::npos);
}

TEST(VerifyRequest, OfAService) {
  ServiceConfig service;
  service.name = "catalog";
  EXPECT_NE(of_service(service, {}).error().message.find("has no `recovery`"), std::string::npos);
  service.recovery = {{"errors", "error_ratio", "< 0.01", 120, 600},
                      {"p99", "p99", "<= .3", 8, 60}};
  const auto request = of_service(service, {});
  ASSERT_TRUE(request);
  EXPECT_EQ(request->checks[0].terms.interval, 15 * s);
  EXPECT_EQ(request->checks[1].terms.interval, 1 * s);
  EXPECT_EQ(of_service(service, 2 * s)->checks[1].terms.interval, 2 * s);
  service.recovery[1].expect = "less";
  EXPECT_NE(
      of_service(service, {}).error().message.find("`services.catalog.recovery`, entry `p99`"),
      std::string::npos);
}

}  // namespace
}  // namespace backout::verify
