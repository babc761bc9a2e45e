// The binomial figures against a simulation and against numbers known otherwise.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "argo/detection.h"

namespace backout::argo {
namespace {

// Failed at or above `limit` of the requests, inconclusive from `unclear` on.
Conclude ratio(double limit, double unclear) {
  return [=](std::int64_t failing, std::int64_t requests) {
    if (requests == 0) return Outcome::error;
    const double value = static_cast<double>(failing) / static_cast<double>(requests);
    return value >= limit     ? Outcome::failed
           : value >= unclear ? Outcome::inconclusive
                              : Outcome::successful;
  };
}

Chances measurement_chances(std::int64_t requests, double rate, const Conclude& conclude) {
  return argo::measurement_chances(OutcomeByCount(requests, conclude), rate);
}

TEST(ArgoDetection, OneMeasurement) {
  // Ten requests, half of them failing: at least 5 of 10 fails.
  const Chances chances = measurement_chances(10, 0.5, ratio(0.5, 1));
  EXPECT_NEAR(chances.failed, 638.0 / 1024, 1e-12);
  EXPECT_NEAR(chances.successful, 386.0 / 1024, 1e-12);
  EXPECT_EQ(measurement_chances(10, 0, ratio(0.5, 1)).successful, 1);
  EXPECT_EQ(measurement_chances(10, 1, ratio(0.5, 1)).failed, 1);
  EXPECT_EQ(measurement_chances(0, 0.3, ratio(0.5, 1)).error, 1);
}

TEST(ArgoDetection, ManyRequests) {
  // A hundred million requests at 5 % against a limit of 5.01 %: 4.59 standard deviations.
  const Chances chances = measurement_chances(100'000'000, 0.05, ratio(0.0501, 1));
  EXPECT_NEAR(chances.failed, 0.5 * std::erfc(4.5883 / std::sqrt(2)), 2e-8);
}

TEST(ArgoDetection, LimitsOfARun) {
  const std::vector<Chances> coin(3, {.successful = 0.5, .failed = 0.5});
  EXPECT_DOUBLE_EQ(run_chances(coin, {.failure = 0}).passes, 0.125);
  EXPECT_DOUBLE_EQ(run_chances(coin, {.failure = 1}).passes, 0.5);
  EXPECT_DOUBLE_EQ(run_chances(coin, {.failure = 3}).passes, 1);
  EXPECT_DOUBLE_EQ(run_chances(coin, {.failure = 3, .success = 2}).passes, 0.375);
  EXPECT_DOUBLE_EQ(run_chances(coin, {.failure = 3, .success = 2}).pauses, 0.625);
  EXPECT_DOUBLE_EQ(run_chances(coin, {.failure = -1, .success = 2}).fails, 0.625);
  EXPECT_DOUBLE_EQ(run_chances(coin, {.failure = 3, .success = 4, .counted = false}).passes, 1);
  const std::vector<Chances> unclear(2, {.successful = 0.5, .inconclusive = 0.5});
  EXPECT_DOUBLE_EQ(run_chances(unclear, {}).pauses, 0.75);
  EXPECT_DOUBLE_EQ(run_chances(unclear, {.inconclusive = 2}).passes, 1);
  EXPECT_DOUBLE_EQ(run_chances(std::vector<Chances>{{.error = 1}}, {}).fails, 1);
  EXPECT_DOUBLE_EQ(run_chances({}, {}).passes, 1);
}

TEST(ArgoDetection, AgreesWithASimulation) {
  const Conclude conclude = ratio(0.05, 0.03);
  const Limits limits{.failure = 1, .inconclusive = 2};
  const std::vector<std::int64_t> windows = {100, 100, 250, 250, 400};
  for (const double rate : {0.01, 0.03, 0.05, 0.1}) {
    std::vector<Chances> measured;
    for (const std::int64_t requests : windows)
      measured.push_back(measurement_chances(requests, rate, conclude));
    const RunChances exact = run_chances(measured, limits);
    EXPECT_NEAR(exact.passes + exact.fails + exact.pauses, 1, 1e-12);

    std::mt19937 random(7);
    constexpr int rounds = 20'000;
    int passed = 0, failed_runs = 0;
    for (int round = 0; round < rounds; ++round) {
      int failed = 0, unclear = 0;
      for (const std::int64_t requests : windows) {
        std::binomial_distribution<std::int64_t> draw(requests, rate);
        const Outcome outcome = conclude(draw(random), requests);
        failed += outcome == Outcome::failed;
        unclear += outcome == Outcome::inconclusive;
        if (failed > limits.failure || unclear > limits.inconclusive) break;
      }
      failed_runs += failed > limits.failure;
      passed += failed <= limits.failure && unclear <= limits.inconclusive;
    }
    const double tolerance = 4 * 0.5 / std::sqrt(rounds);
    EXPECT_NEAR(exact.passes, double{1} * passed / rounds, tolerance) << rate;
    EXPECT_NEAR(exact.fails, double{1} * failed_runs / rounds, tolerance) << rate;
  }
}

TEST(ArgoDetection, SmallestRegressionCaught) {
  const auto passes = [](double rate) {
    return measurement_chances(1000, rate, ratio(0.05, 1)).successful;
  };
  const auto caught = smallest_caught(passes);
  ASSERT_TRUE(caught);
  EXPECT_NEAR(passes(*caught), 0.05, 1e-6);
  EXPECT_GT(*caught, 0.05);
  EXPECT_FALSE(smallest_caught([](double) { return 1.0; }));
}

}  // namespace
}  // namespace backout::argo
