// What is asked of values, and which queries are refused because they would pass without any.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "promql/parse.h"
#include "verify/screen.h"
#include "verify/sparkline.h"

namespace backout::verify {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

Expectation expectation(std::string_view text) {
  const auto read = read_expectation(text);
  EXPECT_TRUE(read) << read.error().message;
  return read.value_or(Expectation{});
}

TEST(VerifyExpectation, Compares) {
  struct {
    const char* text;
    std::vector<double> yes, no;
  } const cases[] = {
      {"< 0.01", {0, 0.0099, -1}, {0.01, 1}},
      {"<=1e-2", {0.01}, {0.011}},
      {">0", {1e-300}, {0, -1}},
      {" >= 0.99 ", {0.99, 1}, {0.98}},
      {"== 0", {0, -0.0}, {1e-300}},
      {"!= -3", {3, 0}, {-3}},
      {"0.9..1.1", {0.9, 1, 1.1}, {0.89, 1.11}},
      {"-1 .. +1", {-1, 1}, {2}},
      {"< .5", {0.4}, {0.5}},
  };
  for (const auto& one : cases) {
    const Expectation read = expectation(one.text);
    for (const double value : one.yes) EXPECT_TRUE(satisfied(read, value)) << one.text << value;
    for (const double value : one.no) EXPECT_FALSE(satisfied(read, value)) << one.text << value;
    // Also the ones that IEEE lets pass: `NaN != 3`, `Inf > 0`.
    for (const double value : {nan, infinity, -infinity}) EXPECT_FALSE(satisfied(read, value));
    const Expectation again = expectation(to_text(read));
    EXPECT_EQ(to_text(again), to_text(read)) << one.text;
    for (const double value : one.yes)
      EXPECT_LT(excess(read, value), excess(read, one.no[0])) << one.text << value;
  }
}

TEST(VerifyExpectation, SaysHowToWriteIt) {
  struct {
    const char *text, *hint;
  } const cases[] = {
      {"", "write one such as"},       {"0.01", "say how: `< 0.01`"},
      {"= 3", "write `== 3`"},         {"=> 3", "write `>= 3`"},
      {"=< 3", "write `<= 3`"},        {"< 1%", "multiplies by 100"},
      {"< 300ms", "seconds"},          {"> 1 and < 2", "a range is `0.9..1.1`"},
      {"2..1", "above the second"},    {"< nan", "write one such as"},
      {"< inf", "write one such as"},  {"< 1e999", "write one such as"},
      {"0..", "write one such as"},    {"~ 3", "write one such as"},
      {"< 0x10", "write one such as"}, {"\x1b[2J", "write one such as"},
  };
  for (const auto& one : cases) {
    const auto read = read_expectation(one.text);
    ASSERT_FALSE(read) << one.text;
    EXPECT_NE(read.error().message.find(one.hint), std::string::npos) << read.error().message;
    EXPECT_EQ(read.error().kind, ErrorKind::usage);
  }
}

const std::string failing = "sum(rate(http_requests_total{code=~\"5..\"}[5m]))";
const std::string good = "sum(rate(http_requests_total{code=~\"2..\"}[5m]))";
const std::string all = "sum(rate(http_requests_total[5m]))";

TEST(VerifyScreen, RefusesWhatPassesWithoutData) {
  struct {
    std::string query;
    const char *expect, *why;
  } const cases[] = {
      {failing + " / " + all + " or vector(0)", "< 0.01", "metric is missing: the query gives 0"},
      {failing + " or vector(0)", "< 0.01", "metric is missing: the query gives 0"},
      {failing + " or on() vector(0)", "== 0", "metric is missing"},
      {"(" + failing + " or vector(0)) / (" + all + " or vector(1))", "<= 0", "metric is missing"},
      {failing + " / clamp_min(" + all + ", 1)", "< 0.01", "no traffic: the query gives 0"},
      {"(" + failing + " / " + all + ") > bool 0.05", "== 0", "no traffic: the query gives 0"},
      {"1 - " + failing + " / clamp_min(" + all + ", 1)", "> 0.99",
       "no traffic: the query gives 1"},
      {"clamp_min(" + all + ", 1)", "> 0", "no traffic: the query gives 1"},
      {good + " / " + all + " or vector(1)", ">= 0.99", "only failing series: the query gives 1"},
      {"absent(up{job=\"catalog\"})", "== 1", "metric is missing: the query gives 1"},
      {"absent(" + all + ") or vector(0)", "!= 2", "metric is missing"},
      {"count(up{job=\"catalog\"} == 0) or vector(0)", "< 1", "metric is missing"},
      {"vector(1)", "> 0", "metric is missing"},
      {"1", "> 0", "metric is missing"},
      {"time()", "> 0", "metric is missing"},
      {"error_ratio < 0.01", "< 0.05", "drop out of the answer"},
      {"0.01 > error_ratio", "<= 0.01", "drop out of the answer"},
      {"max(error_ratio < 0.01)", "< 0.01", "drop out of the answer"},
      {"avg by (pod) (error_ratio < 0.01)", "< 0.01", "drop out of the answer"},
      {"sum(error_ratio < 0.01)", "< 0.01", "drop out of the answer"},
      {"(error_ratio < 0.01) * 1", "< 0.01", "drop out of the answer"},
      {"100 * (error_ratio <= 0.01)", "<= 1", "drop out of the answer"},
      {"clamp_max(error_ratio < 0.01, 1)", "< 0.05", "drop out of the answer"},
      {"max_over_time((error_ratio < 0.01)[5m:])", "< 0.01", "drop out of the answer"},
      {"max((" + failing + " / (" + all + " > 0)) < 0.01)", "< 0.01", "drop out of the answer"},
      {"error_ratio unless error_ratio > 0.01", "<= 0.01", "drop out of the answer"},
      {"error_ratio unless on (pod) error_ratio >= 0.01", "< 0.01", "drop out of the answer"},
      {"error_ratio and error_ratio < 0.01", "< 0.01", "drop out of the answer"},
      {"min(up == 1)", "== 1", "drop out of the answer"},
      {"error_ratio offset 5m", "< 0.01", "nothing is asked about now"},
      {"sum(rate(a_total[5m] offset 1h)) / sum(rate(b_total[5m] @ 1700000000))", "< 0.01",
       "nothing is asked about now"},
      {"max_over_time(error_ratio[5m:] offset 1h)", "< 0.01", "nothing is asked about now"},
  };
  for (const auto& one : cases) {
    const auto screening = screen(one.query, expectation(one.expect));
    ASSERT_TRUE(screening) << one.query << screening.error().message;
    std::string why;
    for (const std::string& each : screening->passes) why += each + "\n";
    EXPECT_NE(why.find(one.why), std::string::npos) << one.query << ": " << why;
    EXPECT_NE(screening->advice, "");
  }
}

TEST(VerifyScreen, TakesWhatNeedsData) {
  struct {
    std::string query;
    const char* expect;
  } const cases[] = {
      {failing + " / " + all, "< 0.01"},
      {"(" + failing + " or vector(0)) / (" + all + " > 0)", "< 0.01"},
      {"histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))",
       "< 0.3"},
      {all, "> 5"},
      {"sum(rate(container_cpu_usage_seconds_total[5m]))", "< 0.8"},
      {"sum(increase(kube_pod_container_status_restarts_total[10m]))", "== 0"},
      {good + " / " + all, ">= 0.99"},
      // NaN is no number here.
      {failing + " / " + all, "!= 1"},
      {"scalar(" + failing + " / " + all + ")", "!= 1"},
      {"min(up{job=\"catalog\"})", "== 1"},
      {"kube_deployment_status_replicas_available{deployment=\"catalog\"}", ">= 3"},
      {"queue_depth", "< 100"},
      {"service:error_ratio:5m", "< 0.01"},
      {"error_ratio >= 0", "< 0.01"},
      {"error_ratio > 0.5", "< 0.6"},
      {failing + " / " + all + " or vector(1)", "< 0.01"},
      {"count(up{job=\"catalog\"} == 1)", ">= 2"},
      {"sum(up{job=\"catalog\"} == 1)", ">= 1"},
      {"sum(up{job=\"catalog\"} == 1)", "== 1"},
      {"sum(error_ratio > 0)", "< 0.01"},
      {"max(error_ratio > 0.5)", "> 0.5"},
      {failing + " / (" + all + " > 0)", ">= 0"},
      {"max by (pod) (" + failing + " / (" + all + " > 10))", "< 0.01"},
      {"error_ratio and on () (" + all + " > 1)", "< 0.01"},
      {"error_ratio unless on () maintenance == 1", "< 0.01"},
      {"histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m]) > 0))", "< 0.3"},
      {"error_ratio * (error_ratio < bool 0.01)", "< 0.01"},
      {"error_ratio - error_ratio offset 1h", "< 0.01"},
      {"error_ratio @ end()", "< 0.01"},
      {"error_ratio offset 0s", "< 0.01"},
  };
  for (const auto& one : cases) {
    const auto screening = screen(one.query, expectation(one.expect));
    ASSERT_TRUE(screening) << one.query << screening.error().message;
    EXPECT_TRUE(screening->passes.empty()) << one.query << ": " << screening->passes[0];
    EXPECT_EQ(screening->unread, "") << one.query;
  }
}

// The query in the advice is one that is taken.
TEST(VerifyScreen, AdviceIsSafe) {
  struct {
    std::string query, better;
  } const cases[] = {
      {failing + " / " + all + " or vector(0)",
       "(" + failing + " or vector(0)) / (" + all + " > 0)"},
      {"(" + failing + " or vector(0)) / clamp_min(" + all + ", 0.1)",
       "(" + failing + " or vector(0)) / (" + all + " > 0)"},
      {"100 * (" + failing + " / (" + all + " or vector(1))) or vector(0)",
       "100 * ((" + failing + " or vector(0)) / (" + all + " > 0))"},
      {"error_ratio < 0.01", "error_ratio"},
      {"max(error_ratio < 0.01)", "max(error_ratio)"},
      {"error_ratio unless error_ratio > 0.005", "error_ratio"},
  };
  for (const auto& one : cases) {
    const Expectation expected = expectation("< 0.01");
    const auto screening = screen(one.query, expected);
    ASSERT_TRUE(screening);
    EXPECT_EQ(screening->advice, "this one would not: `" + one.better + "`");
    const auto again = screen(one.better, expected);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->passes.empty()) << one.better;
  }
}

TEST(VerifyScreen, WarnsAndRefusesToRead) {
  const auto warnings = [](const std::string& query, std::string_view expect) {
    const auto screening = screen(query, expectation(expect));
    EXPECT_TRUE(screening) << query;
    std::string out;
    if (screening)
      for (const std::string& each : screening->warnings) out += each + "\n";
    return out;
  };
  EXPECT_NE(warnings(failing + " / " + all, "< 0.01").find("without requests the value is NaN"),
            std::string::npos);
  EXPECT_NE(warnings(failing + " / " + all, "< 0.01").find("as long as nothing has failed"),
            std::string::npos);
  EXPECT_NE(warnings(failing, "< 0.01").find("nothing happens without traffic"), std::string::npos);
  EXPECT_NE(warnings(failing + " / " + all, "< 5").find("every ratio between 0 and 1 satisfies"),
            std::string::npos);
  EXPECT_EQ(warnings("100 * " + failing + " / " + all, "< 5").find("every ratio"),
            std::string::npos);
  EXPECT_NE(warnings("histogram_quantile(0.9, sum(rate(x_bucket[5m])))", "< 1").find("not recover"),
            std::string::npos)
      << "without `le` there is never a value";
  EXPECT_EQ(warnings("(" + failing + " or vector(0)) / (" + all + " > 0)", "< 0.01"), "");
  EXPECT_EQ(warnings("min(up)", "== 1"), "");

  EXPECT_FALSE(screen("up[5m]", {}));
  EXPECT_FALSE(screen("\"text\"", {}));
  const std::vector<std::string> unreadable = {
      "sum(", "", "up{{{args.x}}}", "rate(x) default 0", std::string(100'000, '('), "\xff"};
  for (const std::string& query : unreadable) {
    const auto screening = screen(query, {});
    ASSERT_TRUE(screening) << query;
    EXPECT_NE(screening->unread, "") << query;
  }
}

TEST(VerifyScreen, OneLine) {
  EXPECT_EQ(one_line("a  + b # c"), "a  + b # c") << "as it is";
  EXPECT_EQ(one_line("a{x=\"# no comment\"}  # one\r\n/ on (pod)\n  b[\n"),
            "a{x=\"# no comment\"}  # one\r\n/ on (pod)\n  b[\n")
      << "not read";
  EXPECT_EQ(one_line("a{x=\"# no comment\"}  # one\n/ on (pod)\n  rate(b[5m] offset 1h) #\n"),
            "a{x=\"# no comment\"} / on (pod) rate(b[5m] offset 1h)");
  EXPECT_EQ(one_line("a{x=`\n`}").find('\n'), std::string::npos);
}

TEST(VerifySparkline, Draws) {
  const std::optional<double> gap;
  EXPECT_EQ(sparkline({0, 1, 2, 3, 4, 5, 6, 7}, 8, false, false), "▁▂▃▄▅▆▇█");
  EXPECT_EQ(sparkline({0, 1, 2, 3, 4, 5, 6, 7}, 8, true, false), "_.-=+*#@");
  EXPECT_EQ(sparkline({7, gap, nan, infinity, 0}, 8, true, false), "@ ??_");
  EXPECT_EQ(sparkline({0, 0, 0}, 8, true, false), "___");
  EXPECT_EQ(sparkline({5, 5}, 8, true, false), "@@");
  EXPECT_EQ(sparkline({-5, 0}, 8, true, false), "_@");
  // The worst of a stretch is what shows.
  EXPECT_EQ(sparkline({0, 9, 0, 0, gap, 0}, 3, true, false), "@__");
  EXPECT_EQ(sparkline({9, 1, 9, 9}, 2, true, true), ".@");
  EXPECT_EQ(sparkline({}, 8, true, false), "");
  EXPECT_EQ(sparkline({1}, 0, true, false), "");
  EXPECT_EQ(sparkline({-1.7e308, 1.7e308, 4.9e-324}, 8, true, false), "_@+");
  EXPECT_EQ(sparkline({4.9e-324}, 8, true, false), "_");
}

}  // namespace
}  // namespace backout::verify
