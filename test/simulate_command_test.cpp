// `backout simulate` from files to pictures.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "program.h"
#include "repo.h"

namespace backout::test {
namespace {

constexpr const char* manifests = R"(apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: checkout, namespace: shop}
spec:
  replicas: 8
  strategy:
    canary:
      maxSurge: 1
      maxUnavailable: 0
      analysis:
        startingStep: 1
        templates: [{templateName: error-rate}]
      steps:
      - setWeight: 5
      - pause: {duration: 5m}
      - setWeight: 60
      - pause: {duration: 5m}
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: error-rate, namespace: shop}
spec:
  metrics:
  - name: error-rate
    interval: 1m
    failureLimit: 2
    successCondition: len(result) > 0 && result[0] <= 0.05
    provider:
      prometheus:
        query: (sum(rate(requests_total{code=~"5.."}[2m])) or vector(0)) / (sum(rate(requests_total[2m])) > 0)
)";

TEST(SimulateCommand, DrawsWhatTheFilesSay) {
  const TemporaryDirectory folder;
  write_file(folder.path() + "/deploy/all.yaml", manifests);
  const Ended ended = backout(folder.path(), {"simulate", "--rps", "50", "deploy"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.out.find("11.1 %"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("5 waves"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("catches an error rate of"), std::string::npos) << ended.out;
}

TEST(SimulateCommand, TheConfigurationKnowsTheTrafficOfAService) {
  const TemporaryDirectory folder;
  write_file(folder.path() + "/all.yaml", manifests);
  write_file(folder.path() + "/.backout.yaml",
             "services:\n  shop:\n    rollout: shop/checkout\n    rps: 50\n");
  const Ended configured = backout(folder.path(), {"simulate", "all.yaml"});
  EXPECT_EQ(configured.code, 0) << configured.err;
  EXPECT_EQ(configured.out, backout(folder.path(), {"simulate", "--rps", "50", "all.yaml"}).out);
  EXPECT_NE(configured.out, backout(folder.path(), {"simulate", "--rps", "5", "all.yaml"}).out);

  write_file(folder.path() + "/other.yaml",
             "services:\n  shop:\n    rollout: shop/billing\n    rps: 50\n");
  const Ended other = backout(folder.path(), {"simulate", "--config", "other.yaml", "all.yaml"});
  EXPECT_EQ(other.out.find("catches an error rate of"), std::string::npos) << other.out;
  EXPECT_EQ(backout(folder.path(), {"simulate", "--config", "none.yaml", "all.yaml"}).code, 2);
}

TEST(SimulateCommand, EveryFormat) {
  const TemporaryDirectory folder;
  write_file(folder.path() + "/all.yaml", manifests);
  const Ended json =
      backout(folder.path(), {"simulate", "--format", "json", "--rps", "50", "all.yaml"});
  const nlohmann::json read = nlohmann::json::parse(json.out, nullptr, false);
  ASSERT_TRUE(read.is_array());
  EXPECT_EQ(read[0]["floor"], 600);
  const double caught = read[0]["detection"]["smallest_caught"];
  EXPECT_GT(caught, 0.04);
  EXPECT_LT(caught, 0.06);
  EXPECT_TRUE(
      backout(folder.path(), {"simulate", "--format", "svg", "all.yaml"}).out.starts_with("<svg"));
  EXPECT_TRUE(backout(folder.path(), {"simulate", "--format", "html", "all.yaml"})
                  .out.starts_with("<!doctype"));
}

TEST(SimulateCommand, BlueGreenInWords) {
  const TemporaryDirectory folder;
  write_file(folder.path() + "/all.yaml", R"(apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: billing}
spec:
  strategy:
    blueGreen:
      activeService: billing
      autoPromotionSeconds: 60
      scaleDownDelaySeconds: 600
      prePromotionAnalysis: {templates: [{templateName: smoke}]}
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: smoke}
spec:
  metrics:
  - {name: smoke, interval: 30s, count: 5, failureLimit: 1, provider: {web: {url: "http://x/"}}}
)");
  const Ended ended = backout(folder.path(), {"simulate", "all.yaml"});
  EXPECT_NE(ended.out.find("smoke: can fail the release 30s after the start, takes 2m"),
            std::string::npos)
      << ended.out;
  EXPECT_NE(ended.out.find("by itself, 2m after"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("stays for 10m"), std::string::npos) << ended.out;
}

TEST(SimulateCommand, NeighboursAreNotDrawn) {
  const TemporaryDirectory folder;
  write_file(folder.path() + "/all.yaml", manifests);
  write_file(folder.path() + "/other.yaml",
             "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: other}\n"
             "spec: {strategy: {canary: {steps: [{setWeight: 10}]}}}\n");
  const Ended ended = backout(folder.path(), {"simulate", "other.yaml"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_TRUE(ended.out.starts_with("other:")) << ended.out;
  EXPECT_EQ(ended.out.find("checkout"), std::string::npos) << ended.out;
}

TEST(SimulateCommand, SaysWhatIsWrong) {
  const TemporaryDirectory folder;
  write_file(folder.path() + "/all.yaml", manifests);
  write_file(folder.path() + "/broken.yaml",
             "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec: [\n");
  const struct {
    std::vector<std::string> words;
    int code;
    const char* text;
  } cases[] = {
      {{"simulate"}, 2, "nothing is named"},
      {{"simulate", "--rollout", "x", "all.yaml"}, 2, "no Rollout `x`"},
      {{"simulate", "--rps", "0", "all.yaml"}, 2, "--rps"},
      {{"simulate", "--pod-start", "1d", "all.yaml"}, 2, "--pod-start"},
      {{"simulate", "--format", "gif", "all.yaml"}, 2, "gif"},
      {{"simulate", "none.yaml"}, 2, "none.yaml"},
      {{"simulate", "broken.yaml"}, 3, "broken.yaml"},
  };
  for (const auto& [words, code, text] : cases) {
    const Ended ended = backout(folder.path(), words);
    EXPECT_EQ(ended.code, code) << ended.err;
    EXPECT_NE(ended.err.find(text), std::string::npos) << ended.err;
  }
}

}  // namespace
}  // namespace backout::test
