// Time, exposure and recovery of canaries, computed by hand beside each case.
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "argo/timeline.h"

namespace backout::argo {
namespace {

Step weight(int percent) { return {.kind = Step::Kind::set_weight, .weight = percent}; }
Step pause(std::optional<Seconds> duration) {
  return {.kind = Step::Kind::pause, .duration = duration};
}
Step experiment(std::optional<Seconds> duration) {
  return {.kind = Step::Kind::experiment, .duration = duration};
}
Step analysis() { return {.kind = Step::Kind::analysis}; }

Rollout rollout(std::vector<Step> steps, int replicas = 10) {
  Rollout out;
  out.replicas = replicas;
  out.routed = true;
  out.steps = std::move(steps);
  return out;
}
Metric metric(int count, Seconds interval, int failure_limit, Seconds delay = 0) {
  Metric out;
  out.count = count;
  if (interval > 0) out.interval = interval;
  out.failure_limit = failure_limit;
  out.initial_delay = delay;
  return out;
}
Gate gate(Gate::Kind kind, std::size_t step, std::vector<Metric> metrics) {
  Gate out;
  out.kind = kind;
  out.step = step;
  out.metrics = std::move(metrics);
  return out;
}

TEST(ArgoTimeline, PausesAndAnalysesAddUp) {
  const Gate gates[] = {gate(Gate::Kind::step, 2, {metric(5, 60, 1), metric(2, 30, 0, 20)})};
  const Timeline line = timeline(rollout({weight(20), pause(300), analysis(), weight(50)}), gates);
  EXPECT_EQ(line.floor, 300 + 4 * 60);
  ASSERT_EQ(line.stretches.size(), 5U);
  EXPECT_EQ(line.stretches[1].share_begin, 20);
  EXPECT_EQ(line.stretches[4].weight, 100);
  EXPECT_FALSE(line.stretches[1].guarded);
  EXPECT_TRUE(line.stretches[2].guarded);
  ASSERT_EQ(line.stops.size(), 2U);
  EXPECT_EQ(line.stops[0].fails, 300 + 60);   // the second bad measurement
  EXPECT_EQ(line.stops[0].errors, 300 + 40);  // the fifth error
  EXPECT_EQ(line.stops[0].measurements, 5U);
  EXPECT_EQ(line.stops[1].fails, 300 + 20);
  EXPECT_DOUBLE_EQ(line.stops[0].exposure, 0.2 * 360);
}

TEST(ArgoTimeline, BackgroundRunsEndWithTheSteps) {
  const Rollout canary = rollout({weight(20), pause(120), weight(60), pause(60)});
  const Gate gates[] = {
      gate(Gate::Kind::background, 1, {metric(0, 60, 2), metric(0, 60, 3), metric(0, 30, 0, 200)})};
  const Timeline line = timeline(canary, gates);
  EXPECT_EQ(line.floor, 180);
  EXPECT_EQ(line.stops[0].fails, 120);
  EXPECT_FALSE(line.stops[1].fails) << "the fourth measurement comes when the run is over";
  EXPECT_TRUE(line.stops[1].errors);
  EXPECT_EQ(line.stops[2].measurements, 0U);
  EXPECT_FALSE(line.stops[2].errors);
  EXPECT_DOUBLE_EQ(exposure(line, 180), 0.2 * 120 + 0.6 * 60);
  EXPECT_DOUBLE_EQ(exposure(line, 200), 0.2 * 120 + 0.6 * 60 + 20);
}

TEST(ArgoTimeline, ACountedRunInTheBackgroundLeavesTheRestUnguarded) {
  const Gate gates[] = {gate(Gate::Kind::background, 0, {metric(3, 60, 0)})};
  const Timeline line = timeline(rollout({weight(20), pause(300)}), gates);
  EXPECT_FALSE(line.stretches[1].guarded);
  EXPECT_EQ(line.stretches[1].guarded_until, 120);
}

TEST(ArgoTimeline, APersonCanHoldTheRunOpen) {
  const Gate gates[] = {gate(Gate::Kind::background, 0, {metric(0, 60, 3)})};
  const Timeline line = timeline(rollout({weight(20), pause({}), weight(50)}), gates);
  EXPECT_TRUE(line.waits_for_human);
  EXPECT_EQ(line.floor, 0);
  EXPECT_EQ(line.stops[0].fails, 180);
  EXPECT_EQ(timeline(rollout({weight(20), pause({})}), {}, {.human_wait = 600}).floor, 600);
}

TEST(ArgoTimeline, LimitsThatCannotBeExceeded) {
  EXPECT_FALSE(earliest_failed(metric(5, 60, 5)));
  EXPECT_FALSE(earliest_failed(metric(5, 60, -1)));
  EXPECT_EQ(earliest_failed(metric(5, 60, 4, 10)), 250);
  EXPECT_FALSE(shortest_life(metric(0, 60, 0)));
  const Gate gates[] = {gate(Gate::Kind::step, 0, {metric(0, 60, 0)})};
  EXPECT_TRUE(timeline(rollout({analysis()}), gates).endless);
}

TEST(ArgoTimeline, ExperimentsWaitForWhatTheyRequire) {
  Gate gates[] = {gate(Gate::Kind::experiment, 0, {metric(3, 60, 0)})};
  EXPECT_TRUE(timeline(rollout({experiment({})}), gates).endless);
  EXPECT_EQ(timeline(rollout({experiment(30.0)}), gates).floor, 30);
  gates[0].required = true;
  EXPECT_EQ(timeline(rollout({experiment({})}), gates).floor, 120);
}

TEST(ArgoTimeline, PodsThatTakeTimeToStart) {
  Rollout basic = rollout({weight(50), pause(60)}, 4);
  basic.routed = false;
  basic.min_ready_seconds = 10;
  const Timeline line = timeline(basic, {}, {.pod_start = 20});
  EXPECT_EQ(line.stretches[0].end, 30);
  EXPECT_EQ(line.stretches[0].share_begin, 0);
  EXPECT_EQ(line.stretches[0].share_end, 50);
  EXPECT_EQ(line.floor, 90);
  EXPECT_EQ(line.worst.missing, 2);
  EXPECT_EQ(line.worst.waves, 1);  // one more by maxSurge and one by maxUnavailable
  EXPECT_EQ(line.worst.time, 30);
}

TEST(ArgoTimeline, RecoveryByStrategy) {
  Rollout canary = rollout({}, 10);
  EXPECT_EQ(recovery(canary, {8, 10}).missing, 0);
  canary.dynamic_stable_scale = true;
  EXPECT_EQ(recovery(canary, {8, 2}).waves, 1);
  canary.routed = false;
  canary.max_surge = {1, false};
  canary.max_unavailable = {0, false};
  EXPECT_EQ(recovery(canary, {8, 2}, {.pod_start = 15}).waves, 8);
  EXPECT_EQ(recovery(canary, {8, 2}, {.pod_start = 15}).time, 120);
}

TEST(ArgoTimeline, AmountsRoundAsTheControllerDoes) {
  EXPECT_EQ(round_up({25, true}, 10), 3);
  EXPECT_EQ(round_down({25, true}, 10), 2);
  EXPECT_EQ(round_up({3, false}, 10), 3);
}

TEST(ArgoTimeline, WeightsBeyondTheirRangeAreTheEndsOfIt) {
  Rollout basic = rollout({weight(1'000'000), weight(-5)}, 1'000'000);
  basic.routed = false;
  const Timeline line = timeline(basic, {});
  EXPECT_EQ(line.stretches[0].pods.canary, 1'000'000);
  EXPECT_EQ(line.stretches[0].share_end, 100);
  EXPECT_EQ(line.stretches[1].pods.canary, 0);
}

TEST(ArgoTimeline, NothingAtAll) {
  const Timeline line = timeline(rollout({}), {});
  EXPECT_EQ(line.floor, 0);
  ASSERT_EQ(line.stretches.size(), 1U);
  EXPECT_EQ(share_at(line, 5), 100);
}

}  // namespace
}  // namespace backout::argo
