// Templates, arguments and limits as the analysis controller reads them.
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "argo/gate.h"
#include "argo/rollout.h"
#include "yaml/parse.h"

namespace backout::argo {
namespace {

// Documents of one text, templates found by their names.
struct World {
  explicit World(std::string yaml) : text(std::move(yaml)) {
    for (const Span span : yaml::split_documents(text))
      documents.push_back(yaml::parse(text, span));
    for (const yaml::Document& document : documents) {
      const yaml::Node* kind = document.root.find("kind");
      const yaml::Node* name = document.root.find({"metadata", "name"});
      if (kind && name)
        objects[{std::string(kind->text), std::string(name->text)}] = &document.root;
    }
  }
  [[nodiscard]] FindTemplate find() const {
    return [this](std::string_view name, bool cluster) -> const yaml::Node* {
      const char* kind = cluster ? "ClusterAnalysisTemplate" : "AnalysisTemplate";
      const auto found = objects.find({kind, std::string(name)});
      return found == objects.end() ? nullptr : found->second;
    };
  }
  [[nodiscard]] std::vector<Gate> gates() const {
    return gates_of(*objects.at({"Rollout", "shop"}), find());
  }
  std::string text;
  std::deque<yaml::Document> documents;
  std::map<std::pair<std::string, std::string>, const yaml::Node*> objects;
};

constexpr const char* rollout = R"(kind: Rollout
metadata: {name: shop, namespace: store}
spec:
  replicas: 4
  strategy:
    canary:
      maxSurge: "1"
      maxUnavailable: 0
      analysis:
        startingStep: 2
        templates: [{templateName: errors}, {templateName: gone}]
        args: [{name: service, value: shop}, {name: unknown, value: x}]
        dryRun: [{metricName: slow}]
      steps:
      - setWeight: 20
      - pause: {duration: 5m}
      - analysis:
          templates: [{templateName: shared, clusterScope: true}]
      - pause: {duration: "90"}
      - pause: {duration: 30}
      - pause: {}
---
kind: AnalysisTemplate
metadata: {name: errors}
spec:
  args:
  - {name: service}
  - {name: limit, value: "3"}
  - {name: token, valueFrom: {secretKeyRef: {name: s, key: k}}}
  templates: [{templateName: errors}]
  metrics:
  - name: error-rate
    interval: 1m
    failureLimit: "{{args.limit}}"
    successCondition: result[0] < 0.05
    provider: {prometheus: {query: 'up{service="{{ args.service }}"}'}}
  - name: very-slow
    count: 5
    interval: 30s
    initialDelay: "{{args.token}}"
    consecutiveErrorLimit: 50%
    provider: {web: {url: http://x}}
---
kind: ClusterAnalysisTemplate
metadata: {name: shared}
spec:
  metrics: [{name: once, provider: {job: {}}}]
)";

TEST(ArgoGate, EveryAnalysisOfARolloutWithItsTemplates) {
  const World world(rollout);
  const std::vector<Gate> gates = world.gates();
  ASSERT_EQ(gates.size(), 2U);
  const Gate& background = gates[0];
  EXPECT_EQ(background.kind, Gate::Kind::background);
  EXPECT_EQ(background.step, 2U);
  EXPECT_FALSE(background.complete());
  ASSERT_EQ(background.missing.size(), 1U);
  EXPECT_EQ(background.missing[0].name, "gone");
  ASSERT_EQ(background.cycle.size(), 1U) << "errors names itself";
  ASSERT_EQ(background.metrics.size(), 2U);
  EXPECT_EQ(gates[1].kind, Gate::Kind::step);
  EXPECT_EQ(gates[1].step, 2U);
  EXPECT_EQ(gates[1].metrics.at(0).provider, Provider::job);
  EXPECT_EQ(gates[1].metrics.at(0).count, 1);
}

TEST(ArgoGate, ArgumentsArePutIntoMetrics) {
  const World world(rollout);
  const Gate gate = world.gates()[0];
  const Metric& errors = gate.metrics[0];
  EXPECT_EQ(errors.query.value, "up{service=\"shop\"}");
  EXPECT_TRUE(errors.query.known);
  EXPECT_FALSE(errors.query.verbatim);
  EXPECT_EQ(errors.failure_limit, 3);
  EXPECT_EQ(errors.count, 0) << "an interval without a count has no end";
  EXPECT_TRUE(errors.success.verbatim);
  EXPECT_FALSE(errors.failure.given());
  EXPECT_FALSE(errors.dry_run);
  const Metric& slow = gate.metrics[1];
  EXPECT_FALSE(slow.known) << "a secret is not in the text";
  EXPECT_EQ(slow.error_limit, 0) << "what is no integer counts as 0";
  EXPECT_TRUE(slow.dry_run) << "the pattern is not anchored";
  EXPECT_EQ(slow.provider, Provider::web);
}

TEST(ArgoGate, PlaceholdersThatStay) {
  const World world("a: 'x {{args.b}} {{ args.c }} {{ other }} {{args.b'\n");
  const yaml::Node& scalar = *world.documents[0].root.find("a");
  std::vector<Argument> arguments(1);
  arguments[0].name = "b";
  arguments[0].value = "1";
  const Text text = put_arguments(scalar, arguments);
  EXPECT_EQ(text.value, "x 1 {{ args.c }} {{ other }} {{args.b");
  EXPECT_FALSE(text.known);
}

TEST(ArgoGate, ATemplateOnItsOwnHasItsDefaults) {
  const World world(rollout);
  const Gate gate =
      gate_of_template(*world.objects.at({"AnalysisTemplate", "errors"}), world.find());
  EXPECT_EQ(gate.metrics.at(0).query.value, "up{service=\"{{ args.service }}\"}");
  EXPECT_FALSE(gate.metrics.at(0).query.known);
}

TEST(ArgoRollout, ReadsStepsAndAmounts) {
  const World world(rollout);
  const Rollout shop = read_rollout(*world.objects.at({"Rollout", "shop"}));
  EXPECT_EQ(shop.name, "shop");
  EXPECT_EQ(shop.name_space, "store");
  EXPECT_EQ(shop.replicas, 4);
  ASSERT_EQ(shop.steps.size(), 6U);
  EXPECT_EQ(shop.steps[0].weight, 20);
  EXPECT_EQ(shop.steps[1].duration, 300);
  EXPECT_EQ(shop.steps[2].kind, Step::Kind::analysis);
  EXPECT_EQ(shop.steps[3].duration, 90);
  EXPECT_EQ(shop.steps[4].duration, 30);
  EXPECT_FALSE(shop.steps[5].duration);
  EXPECT_TRUE(shop.max_surge.percent) << "a string is a percentage even without its sign";
  EXPECT_EQ(round_up(shop.max_surge, 4), 1);
  EXPECT_FALSE(shop.max_unavailable.percent);
  EXPECT_FALSE(shop.routed);
}

TEST(ArgoRollout, WrongTypesDoNotStopTheReading) {
  const World world(
      "kind: Rollout\nmetadata: {name: x}\nspec: {replicas: many, strategy: "
      "{canary: {steps: [setWeight, {setWeight: [1]}, {}], trafficRouting: no}}}\n");
  const Rollout out = read_rollout(*world.objects.at({"Rollout", "x"}));
  EXPECT_FALSE(out.replicas_known);
  EXPECT_EQ(out.steps.size(), 3U);
  EXPECT_EQ(out.steps[0].kind, Step::Kind::none);
  EXPECT_FALSE(out.routed);
}

}  // namespace
}  // namespace backout::argo
