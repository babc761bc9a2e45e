// Our predictions against a real server, which answers in each situation: a sample of the golden
// queries, and others that are not among them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "prometheus.h"

namespace backout::test {
namespace {

class PromqlPrometheus : public testing::Test {
 protected:
  // All start at once.
  static void SetUpTestSuite() {
    for (const std::string& name : data_sets())
      servers().push_back(std::make_unique<Prometheus>(open_metrics(name)));
  }
  static void TearDownTestSuite() { servers().clear(); }
  void SetUp() override {
    for (const auto& server : servers()) {
      const Answered up = server->ask("1");
      ASSERT_EQ(server->error(), "");
      ASSERT_EQ(show(up), "scalar [1 ]");
    }
  }
  static std::vector<std::unique_ptr<Prometheus>>& servers() {
    static std::vector<std::unique_ptr<Prometheus>> all;
    return all;
  }
};

bool same_numbers(std::vector<double> a, std::vector<double> b) {
  const auto less = [](double x, double y) { return std::isnan(y) ? !std::isnan(x) : x < y; };
  std::sort(a.begin(), a.end(), less);
  std::sort(b.begin(), b.end(), less);
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) {
    return x == y || (std::isnan(x) && std::isnan(y)) ||
           std::fabs(x - y) <= 1e-9 * std::max(std::fabs(x), std::fabs(y));
  });
}

TEST_F(PromqlPrometheus, GoldenAnswersAreItsAnswers) {
  const std::vector<GoldenLine>& lines = golden_lines();
  for (std::size_t i = 0; i < lines.size(); i += 7) {
    const GoldenLine& line = lines[i];
    for (std::size_t set = 0; set < data_sets().size(); ++set) {
      if (line.dataset != data_sets()[set] && line.dataset != "all") continue;
      const Answered now = servers()[set]->ask(line.query);
      EXPECT_EQ(now.error.empty(), line.answer.error.empty()) << line.query << now.error;
      EXPECT_EQ(now.refused, line.answer.refused) << line.query;
      EXPECT_TRUE(now.type == "string" || same_numbers(now.values, line.answer.values))
          << line.query << "\n"
          << show(now) << show(line.answer);
    }
  }
}

// Special cases of the evaluator, where reading is no substitute for asking.
TEST_F(PromqlPrometheus, OddQueriesReturnWhatIsPredicted) {
  for (const std::string query :
       {"topk(NaN, up)",
        "topk(1e30, up)",
        "topk(0.5, up)",
        "bottomk(1, up)",
        "holt_winters(up[5m], 2, 0.5)",
        "holt_winters(http_requests_total[5m], 0.5, 0.5)",
        "count_values(\"\", up)",
        "label_replace(up, \"1a\", \"x\", \"pod\", \".*\")",
        "label_replace(up, \"pod\", \"x\", \"job\", \".*\")",
        "label_join(up, \"a\", \",\", \"1pod\")",
        "histogram_count(http_requests_total)",
        "histogram_quantile(0.9, sum by (le) (rate(http_requests_total[5m])))",
        "histogram_quantile(0.9, http_request_duration_seconds_bucket{le=\"0.5\"})",
        "histogram_quantile(0, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))",
        "stddev(vector(NaN))",
        "quantile(0.5, vector(3))",
        "quantile(scalar(nope), up)",
        "-{job=\"checkout\",__name__=~\"up|probe_success\"}",
        "{job=\"checkout\",__name__=~\"up|probe_success\"} > bool 0",
        "1 / (-vector(0))",
        "vector(0) * -1",
        "sgn(vector(-0))",
        "clamp_min(vector(Inf), NaN)",
        "clamp(up, 5, 1)",
        "round(vector(2.5), 0)",
        "round(vector(-0.5))",
        "vector(-8) ^ (1/3)",
        "0.001 ^ http_requests_total",
        "day_of_month(vector(NaN))",
        "year(vector(-1e20))",
        "scalar(absent(up))",
        "count(up or vector(0))",
        "sum(up) or on(job) sum by (job) (up)",
        "up * on (pod) group_left (version) http_requests_total",
        "max_over_time(absent(up)[10m:1m])",
        "count_over_time(vector(1)[5m:] offset 10m)",
        "rate(http_request_duration_seconds{quantile=\"0.99\"}[5m])",
        "rate(queue_depth[5m])",
        "predict_linear(http_requests_total[5m], 60)",
        "deriv(queue_depth[5m:15s])",
        "sum(rate(http_requests_total{code!=\"200\"}[5m]))",
        "rate(response_total{classification!=\"success\"}[5m])",
        "rate(http_server_requests_seconds_count{outcome!=\"SUCCESS\"}[5m])",
        "sum(rate(http_requests_total{status=~\"4..\"}[5m])) or vector(0)",
        "avg_over_time(up[5m]) offset 1m",
        "vector(time()) - timestamp(up)",
        "hour() + minute()",
        "exp(-http_requests_total)",
        "ln(up - up)",
        "atanh(vector(1))",
        "(\"text\")[5m:]",
        "sum by (job) (queue_depth) / sum by (job) (queue_depth) > bool 1"}) {
    const auto parsed = promql::parse(query);
    for (std::size_t set = 0; set < data_sets().size(); ++set) {
      const Answered now = servers()[set]->ask(query);
      ASSERT_EQ(parsed.has_value(), !now.refused) << query << ": " << now.error;
      if (!parsed) break;
      const promql::Outcome outcome = promql::outcomes(*parsed)[set];
      EXPECT_TRUE(admits(outcome, now)) << query << " in " << data_sets()[set] << "\nmeasured "
                                        << show(now) << ", predicted " << show(outcome);
    }
  }
}

}  // namespace
}  // namespace backout::test
