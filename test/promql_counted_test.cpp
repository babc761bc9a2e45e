// Queries computed on so many requests, so many of them failing; expected values by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "promql/counted.h"

namespace backout::promql {
namespace {

const std::string bad = R"(sum(rate(http_requests_total{status=~"5.."}[5m])))";
const std::string good = R"(sum(rate(http_requests_total{status!~"5.."}[5m])))";
const std::string all = "sum(rate(http_requests_total[5m]))";

std::optional<double> value(const std::string& text, double failing, double requests) {
  const auto query = parse(text);
  EXPECT_TRUE(query) << text;
  if (!query) return std::nullopt;
  const Counting counting = countable(*query);
  EXPECT_TRUE(counting.countable) << text << ": " << counting.why_not;
  if (!counting.countable) return std::nullopt;
  return counted(*counting.countable, failing, requests);
}

TEST(PromqlCounted, RatiosAndCounts) {
  const struct {
    std::string query;
    double expected;  // with 30 of 600 requests failing in five minutes
  } cases[] = {
      {bad + " / " + all, 0.05},
      {"100 * " + bad + " / " + all, 5},
      {good + " / " + all, 0.95},
      {"1 - " + bad + " / " + all, 0.95},
      {"(" + bad + " or vector(0)) / (" + all + " > 0)", 0.05},
      {bad, 0.1},
      {R"(sum(increase(http_requests_total{status=~"5.."}[5m])))", 30},
      {R"(sum(increase(http_requests_total{status=~"5.."}[1m])) + 0 * )" + all, 6},
      {"sum(increase(app_errors_total[5m]))", 30},
      {"scalar(" + bad + " / " + all + ")", 0.05},
      {bad + " / clamp_min(" + all + ", 4)", 0.025},
      {bad + " / " + all + " > bool 0.01", 1},
  };
  for (const auto& [query, expected] : cases) {
    const auto got = value(query, 30, 600);
    ASSERT_TRUE(got) << query;
    EXPECT_NEAR(*got, expected, 1e-12) << query;
  }
}

TEST(PromqlCounted, NothingLeft) {
  EXPECT_FALSE(value(bad + " / " + all + " > 0.1", 30, 600));
  EXPECT_FALSE(value(bad + " / (" + all + " > 0)", 0, 0));
  EXPECT_TRUE(std::isnan(*value(bad + " / " + all, 0, 0)));
  EXPECT_TRUE(std::isnan(*value("scalar(" + bad + " / (" + all + " > 0))", 0, 0)));
}

TEST(PromqlCounted, SaysWhyNot) {
  const struct {
    std::string query, why;
  } cases[] = {
      {"histogram_quantile(0.95, sum by (le) (rate(latency_bucket[5m])))", "histogram_quantile"},
      {all, "no part of it tells failing requests from others"},
      {R"(sum(http_requests_total{status="500"}) / sum(http_requests_total))", "total"},
      {"up", "more than counters"},
      {"{{args.query}}", "placeholder"},
      {R"(sum(rate(http_requests_total{status="500"}[{{args.window}}])))", "length"},
      {"count(rate(http_requests_total{status=\"500\"}[5m]))", "count"},
  };
  for (const auto& [text, why] : cases) {
    const auto query = parse(text);
    ASSERT_TRUE(query) << text;
    const Counting counting = countable(*query);
    EXPECT_FALSE(counting.countable) << text;
    EXPECT_NE(counting.why_not.find(why), std::string::npos) << text << ": " << counting.why_not;
  }
}

}  // namespace
}  // namespace backout::promql
