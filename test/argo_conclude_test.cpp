// What typical metrics conclude without data: rows as they were measured with a Prometheus server
// and the controller's own evaluator.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "argo/conclude.h"

namespace backout::argo {
namespace {

const std::string errors = R"(sum(rate(http_requests_total{status=~"5.."}[5m])))";
const std::string good = R"(sum(rate(http_requests_total{status!~"5.."}[5m])))";
const std::string all = "sum(rate(http_requests_total[5m]))";
const std::string p95 =
    "histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))";

Conclusions conclusions(const std::string& query, const std::string& success,
                        const std::string& failure = {}) {
  static const yaml::Node node;
  Metric metric;
  metric.provider = Provider::prometheus;
  metric.node = &node;
  metric.query = {&node, query};
  if (!success.empty()) metric.success = {&node, success};
  if (!failure.empty()) metric.failure = {&node, failure};
  return conclude(metric, expr::Engine::expr_1_15);
}

// The phases a situation can end in: "S", "F", "I", "E", several in that order.
std::string phases(const Conclusions& of, Situation::Kind kind) {
  std::string out;
  for (const Situation& situation : of.situations) {
    if (situation.kind != kind) continue;
    using expr::Phase;
    for (const auto& [phase, letter] :
         {std::pair(Phase::successful, 'S'), std::pair(Phase::failed, 'F'),
          std::pair(Phase::inconclusive, 'I'), std::pair(Phase::error, 'E')})
      if (situation.can(phase)) out += letter;
  }
  return out;
}

TEST(ArgoConclude, TypicalMetricsWithoutData) {
  using Kind = Situation::Kind;
  const struct {
    std::string query, success, failure;
    const char *missing, *no_traffic, *one_sample;
  } rows[] = {
      {good + " / " + all, "result[0] >= 0.95", "", "E", "F", "E"},
      {errors + " / " + all, "result[0] <= 0.05", "", "E", "F", "E"},
      {p95, "result[0] <= 0.5", "result[0] > 0.5", "E", "I", "E"},
      {good + " / " + all, "result >= 0.95", "", "E", "E", "E"},
      {"scalar(" + errors + " / " + all + ")", "result < 0.05", "", "F", "F", "F"},
      {good + " / " + all, "len(result) == 0 || result[0] >= 0.95", "", "S", "F", "S"},
      {good + " / " + all, "result[0] >= 0.95 || len(result) == 0", "", "E", "F", "E"},
      {errors + " / " + all, "len(result) == 0 || isNaN(result[0]) || result[0] < 0.05", "", "S",
       "S", "S"},
      {errors + " / " + all, "", "result[0] > 0.05", "E", "S", "E"},
      {errors + " / " + all, "", "len(result) > 0 && result[0] >= 0.05", "S", "S", "S"},
      {errors + " / " + all + " or vector(0)", "result[0] <= 0.05", "result[0] > 0.05", "S", "I",
       "S"},
      {errors + " or vector(0)", "result[0] < 5", "result[0] >= 5", "S", "S", "S"},
      {"((" + errors + " or vector(0)) / clamp_min((" + all + " or vector(0)), 0.001)) * 100",
       "result[0] < 5", "", "S", "S", "S"},
      {errors + " / clamp_min(" + all + ", 1)", "result[0] <= 0.05", "", "E", "S", "E"},
      {errors + " / " + all + " > 0.02", "", "", "S", "S", "S"},
      {errors + " / " + all, "default(result, 0) < 0.05", "", "E", "E", "E"},
      {"(" + errors + " or vector(0)) / (" + all + " > 0)", "len(result) > 0 && result[0] <= 0.05",
       "", "F", "F", "F"},
      {"sum(up)", "len(result) > 0 && result[0] >= 1", "", "F", "SF", "SF"},
  };
  for (const auto& row : rows) {
    const Conclusions of = conclusions(row.query, row.success, row.failure);
    EXPECT_EQ(of.unknown, "");
    EXPECT_EQ(phases(of, Kind::no_data), row.missing) << row.query << " | " << row.success;
    EXPECT_EQ(phases(of, Kind::no_traffic), row.no_traffic) << row.query << " | " << row.success;
    EXPECT_EQ(phases(of, Kind::one_sample), row.one_sample) << row.query << " | " << row.success;
  }
}

TEST(ArgoConclude, NoErrorsYetIsNotNothingButErrors) {
  using Kind = Situation::Kind;
  // 1 for a service that only fails: the numerator has no series.
  const Conclusions fallback =
      conclusions("(" + good + " / " + all + ") or vector(1)", "result[0] >= 0.95");
  EXPECT_EQ(phases(fallback, Kind::all_failing), "S");
  // A healthy canary without a failing series is an Error to this metric.
  const Conclusions ratio = conclusions(errors + " / " + all, "result[0] <= 0.05");
  EXPECT_EQ(phases(ratio, Kind::no_failures), "E");
  EXPECT_NE(phases(ratio, Kind::all_failing).find('F'), std::string::npos);
}

TEST(ArgoConclude, StricterConditionsNeverPassMore) {
  const std::vector<std::string> queries = {
      errors,
      errors + " / " + all,
      errors + " / " + all + " or vector(0)",
      errors + " / clamp_min(" + all + ", 1)",
      p95,
      "scalar(" + errors + ")",
      "up",
      "absent(up)",
      "count(up) or vector(0)",
  };
  const std::vector<std::string> conditions = {
      "result[0] <= 0.05", "len(result) == 0 || result[0] < 3", "all(result, {# < 5})",
      "isNaN(result[0]) || result[0] < 1", "result < 1"};
  const std::vector<std::string> guards = {"len(result) > 0", "result[0] < 0.01",
                                           "!isNaN(result[0])", "false"};
  for (const std::string& query : queries)
    for (const std::string& condition : conditions)
      for (const std::string& guard : guards) {
        const Conclusions loose = conclusions(query, condition);
        const Conclusions strict = conclusions(query, "(" + guard + ") && (" + condition + ")");
        ASSERT_EQ(loose.situations.size(), strict.situations.size());
        for (std::size_t i = 0; i < loose.situations.size(); ++i)
          EXPECT_TRUE(loose.situations[i].can(expr::Phase::successful) ||
                      !strict.situations[i].can(expr::Phase::successful))
              << query << " | " << condition << " | " << guard << ": " << loose.situations[i].words;
      }
}

TEST(ArgoConclude, AnEmptyAnswerAsZero) {
  static const yaml::Node node;
  Metric metric;
  metric.provider = Provider::prometheus;
  metric.node = &node;
  metric.query = {&node, p95};
  const struct {
    const char *success, *without, *with;
  } rows[] = {
      {"result[0] <= 0.5", "E", "SE"},  // an index beyond the empty list, and 0 is quick
      {"result[0] >= 0.5", "E", "FE"},
      {"len(result) > 0 && result[0] <= 0.5", "F", "SF"},
      {"len(result) > 0 && result[0] > 0 && result[0] <= 0.5", "F", "F"},
  };
  for (const auto& row : rows) {
    metric.success = {&node, row.success};
    EXPECT_EQ(phases(conclude(metric, expr::Engine::expr_1_15), Situation::Kind::no_data),
              row.without)
        << row.success;
    const Conclusions zero = conclude(metric, expr::Engine::expr_1_15, true);
    EXPECT_EQ(phases(zero, Situation::Kind::no_data), row.with) << row.success;
    EXPECT_EQ(zero.situations.front().witnesses.back().value, "[] taken for [0]");
  }
}

TEST(ArgoConclude, OtherProvidersAndTheUnknown) {
  static const yaml::Node node;
  Metric metric;
  metric.node = &node;
  metric.success = {&node, "default(result, 0) < 5"};
  metric.provider = Provider::datadog;
  EXPECT_EQ(phases(conclude(metric, expr::Engine::expr_1_15), Situation::Kind::no_data), "SS")
      << "nil, and for API v1 a null that is read as 0";
  metric.provider = Provider::job;
  EXPECT_EQ(conclude(metric, expr::Engine::expr_1_15).unknown, "the job decides");
  EXPECT_EQ(conclusions("{{args.query}}", "result[0] > 1").unknown,
            "its query is an argument without a known value");
  EXPECT_TRUE(conclusions("sum(rate(", "result[0] > 1").query_problem);
}

}  // namespace
}  // namespace backout::argo
