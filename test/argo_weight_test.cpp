// The replica arithmetic against what the controller's own function answered.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "argo/weight.h"

namespace backout::argo {
namespace {

TEST(ArgoWeight, EveryAnswerOfTheController) {
  std::ifstream file(BACKOUT_SOURCE_DIR "/fixtures/weights/basic-canary.jsonl");
  int lines = 0;
  for (std::string line; std::getline(file, line); ++lines) {
    const nlohmann::json wanted = nlohmann::json::parse(line);
    const int replicas = wanted["replicas"], weight = wanted["set_weight"];
    const PodCounts pods = basic_canary_pods(replicas, weight, wanted["surge"]);
    EXPECT_EQ(pods.canary, wanted["canary"]) << line;
    EXPECT_EQ(pods.stable, wanted["stable"]) << line;
    EXPECT_EQ(routed_canary_pods(replicas, weight), wanted["traffic_routed_canary"]) << line;
  }
  EXPECT_EQ(lines, 714);
}

TEST(ArgoWeight, NoPodsWhereTheWeightLiesExactlyBetweenTwoCounts) {
  EXPECT_EQ(basic_canary_pods(2, 75, false).canary, 0);
  EXPECT_EQ(basic_canary_pods(2, 75, true).canary, 2);
}

TEST(ArgoWeight, RoutedCanariesKeepTheirFloorWithinTheReplicas) {
  EXPECT_EQ(routed_canary_pods(10, 5, 100, 3), 3);
  EXPECT_EQ(routed_canary_pods(2, 5, 100, 3), 2);
  EXPECT_EQ(routed_canary_pods(10, 0, 100, 3), 0);
  EXPECT_EQ(routed_canary_pods(10, 500, 1000), 5);
}

}  // namespace
}  // namespace backout::argo
