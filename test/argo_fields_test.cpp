// What the field tables say about objects, and that the tables are complete: where the published
// schemas are at hand (BACKOUT_SHARED_DATA), each of their properties is in our tables and the
// other way round.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "argo/fields.h"
#include "yaml/parse.h"

namespace backout::argo {
namespace {

using Kind = FieldProblem::Kind;

constexpr Release released{1, 9};

std::string_view to_string(Kind kind) {
  constexpr std::string_view all[] = {"unknown",    "renamed",      "too new",  "retired",
                                      "wrong type", "bad duration", "bad limit"};
  return all[static_cast<std::size_t>(kind)];
}

// "unknown spec.metrics[0].intervall -> interval: effect", one a line.
std::string problems_of(std::string_view kind, std::string_view text, Release rollouts = released) {
  const yaml::Document document =
      yaml::parse(text, Span{0, static_cast<std::uint32_t>(text.size())});
  EXPECT_FALSE(document.defect) << text;
  std::string out;
  for (const FieldProblem& problem : check_fields(fields_of(kind), document.root, rollouts)) {
    const std::string path = yaml::path(document.root, *problem.node);
    out += fmt::format("{}{} {}", out.empty() ? "" : "\n", to_string(problem.kind), path);
    if (!problem.instead.empty()) out += " -> " + problem.instead;
    out += ": " + problem.effect;
  }
  return out;
}

std::string of_metric(const std::string& fields, Release rollouts = released) {
  return problems_of("AnalysisTemplate", "spec: {metrics: [{" + fields + "}]}", rollouts);
}

TEST(ArgoFields, AnUnknownKeyHasANearestNameAndAnEffect) {
  const struct {
    const char *metric, *expected;
  } cases[] = {
      {"sucessCondition: 'true'",
       "unknown spec.metrics[0].sucessCondition -> successCondition: the condition does not exist: "
       "every measurement passes"},
      {"sucessCondition: 'true', failureCondition: 'false'",
       "unknown spec.metrics[0].sucessCondition -> successCondition: the condition does not exist"},
      {"sucessCondition: 'true', successCondition: 'true'",
       "unknown spec.metrics[0].sucessCondition -> successCondition: the API server drops it"},
      {"failurelimit: 3",
       "unknown spec.metrics[0].failurelimit -> failureLimit: the limit is 0: the first failed "
       "measurement fails the metric"},
      {"INTERVAL: 3m", "unknown spec.metrics[0].INTERVAL -> interval: the metric is measured once"},
      {"anything else: 1", "unknown spec.metrics[0][\"anything else\"]: the API server drops it"},
  };
  for (const auto& [metric, expected] : cases) EXPECT_EQ(of_metric(metric), expected);
}

TEST(ArgoFields, AFieldInTheWrongPlaceIsToldTheRightOne) {
  EXPECT_EQ(of_metric("timeout: 5, provider: {prometheus: {query: up}}"),
            "unknown spec.metrics[0].timeout -> spec.metrics[0].provider.prometheus.timeout: a "
            "query may take 30 seconds");
  EXPECT_EQ(of_metric("provider: {prometheus: {query: up, failureCondition: 'false'}}"),
            "unknown spec.metrics[0].provider.prometheus.failureCondition -> "
            "spec.metrics[0].failureCondition: the condition does not exist: every measurement "
            "passes");
  EXPECT_EQ(problems_of("AnalysisTemplate", "metrics: []"),
            "unknown metrics -> spec.metrics: there is nothing to measure");
  EXPECT_EQ(problems_of("Application", "spec: {syncPolicy: {selfHeal: true}}"),
            "unknown spec.syncPolicy.selfHeal -> spec.syncPolicy.automated.selfHeal: changes in "
            "the cluster are not undone");
}

TEST(ArgoFields, StepsAndStrategies) {
  const struct {
    const char *strategy, *expected;
  } cases[] = {
      {"canary: {steps: [{setweight: 5}]}",
       "unknown spec.strategy.canary.steps[0].setweight -> setWeight: the step loses what it says, "
       "and a step that says nothing else makes the rollout invalid"},
      {"canary: {steps: [{pause: {durration: 5m}}]}",
       "unknown spec.strategy.canary.steps[0].pause.durration -> duration: the step waits for a "
       "person"},
      {"canary: {maxUnavailble: 0}",
       "unknown spec.strategy.canary.maxUnavailble -> maxUnavailable: 25 % of the replicas may be "
       "unavailable"},
      {"canary: {analysis: {templateName: errors}}",
       "unknown spec.strategy.canary.analysis.templateName -> templates: [{templateName: …}]: "
       "there is no template to run, so nothing is measured"},
      {"canary: {trafficRouting: {smi: {}}}",
       "retired spec.strategy.canary.trafficRouting.smi: the Service Mesh Interface was archived "
       "in 2023"},
      {"blueGreen: {autoPromotionEnabled: 'false'}",
       "wrong type spec.strategy.blueGreen.autoPromotionEnabled -> false: the API server refuses "
       "the object"},
  };
  for (const auto& [strategy, expected] : cases)
    EXPECT_EQ(problems_of("Rollout", fmt::format("spec: {{strategy: {{{}}}}}", strategy)),
              expected);
}

TEST(ArgoFields, NamesOfOldDaysAndOfDaysToCome) {
  EXPECT_EQ(of_metric("maxFailures: 3"),
            "renamed spec.metrics[0].maxFailures -> failureLimit: the limit is 0: the first failed "
            "measurement fails the metric");
  EXPECT_EQ(of_metric("maxFailures: 3, failureLimit: 3"),
            "renamed spec.metrics[0].maxFailures -> failureLimit: the API server drops it");
  const std::string basic_auth = "provider: {web: {authentication: {basicAuth: {username: x}}}}";
  EXPECT_EQ(of_metric(basic_auth),
            "too new spec.metrics[0].provider.web.authentication.basicAuth: the API server drops "
            "it");
  EXPECT_EQ(of_metric(basic_auth, {1, 10}), "");
  EXPECT_EQ(of_metric("consecutiveSuccessLimit: 3", {1, 7}),
            "too new spec.metrics[0].consecutiveSuccessLimit: successes in a row do not end the "
            "metric");
  // What is too new is said once, not again for each field inside.
  EXPECT_EQ(of_metric("provider: {prometheus: {authentication: {sigv4: {}}}}", {1, 5}),
            "too new spec.metrics[0].provider.prometheus.authentication: the API server drops it");
}

TEST(ArgoFields, ValuesTheApiServerRefuses) {
  const struct {
    const char* metric;
    bool right;
  } cases[] = {
      {"name: 5", false},
      {"name: yes", false},
      {"name: 'yes'", true},
      {"name: null", true},
      {"successCondition: true", false},
      {"provider: {prometheus: {timeout: 5}}", true},
      {"provider: {prometheus: {timeout: 5.0}}", true},
      {"provider: {prometheus: {timeout: '5'}}", false},
      {"provider: {prometheus: {timeout: '{{args.timeout}}'}}", true},
      {"provider: {prometheus: {insecure: off}}", true},
      {"provider: {prometheus: {insecure: 'false'}}", false},
      {"provider: {prometheus: {headers: {key: a, value: b}}}", false},
      {"provider: {prometheus: [up]}", false},
      {"provider: {prometheus: up}", false},
      {"provider: {datadog: {queries: {a: up, b: 5}}}", false},
      {"provider: {plugin: {x/y: {anything: [1, true]}}}", true},
      {"provider: {web: {jsonBody: {anything: 5}}}", true},
      {"provider: {job: {spec: {anything: 5}}}", true},
  };
  for (const auto& [metric, right] : cases) {
    const std::string problems = of_metric(metric);
    EXPECT_EQ(problems.substr(0, 10), right ? "" : "wrong type") << metric << '\n' << problems;
  }
}

TEST(ArgoFields, Messages) {
  const struct {
    const char *metric, *message;
  } cases[] = {
      {"sucessCondition: 'true'",
       "unknown field `sucessCondition`, probably `successCondition`; the condition does not "
       "exist: every measurement passes"},
      {"provider: {prometheus: {interval: 1m}}",
       "unknown field `interval`, which belongs at `spec.metrics[0].interval`; the metric is "
       "measured once"},
      {"whatever: 1", "unknown field `whatever`; the API server drops it"},
      {"maxFailures: 3",
       "`maxFailures` became `failureLimit` before 1.0; the limit is 0: the first failed "
       "measurement fails the metric"},
      {"provider: {web: {authentication: {basicAuth: {}}}}",
       "`basicAuth` came with Argo Rollouts 1.10; the API server drops it"},
      {"provider: {prometheus: {timeout: '5'}}",
       "`timeout` wants an integer, not a string, as in `5`; the API server refuses the object"},
      {"provider: {prometheus: {timeout: soon}}",
       "`timeout` wants an integer, not a string; the API server refuses the object"},
      {"provider: {prometheus: {query: 5}}",
       "`query` wants a string, not an integer, as in `\"5\"`; the API server refuses the object"},
      {"provider: {prometheus: {headers: {}}}",
       "`headers` wants a list of objects, not an object; the API server refuses the object"},
      {"provider: {prometheus: {headers: [x]}}",
       "an entry of `headers` wants an object, not a string; the API server refuses the object"},
      {"interval: 1d", "`1d` is no duration, `24h` is; the run ends in Error"},
      {"failureLimit: 50%",
       "`50%` is no integer and counts as 0; the first failed measurement fails the metric"},
  };
  for (const auto& [metric, message] : cases) {
    const std::string text = fmt::format("spec: {{metrics: [{{{}}}]}}", metric);
    const yaml::Document document =
        yaml::parse(text, Span{0, static_cast<std::uint32_t>(text.size())});
    const auto problems = check_fields(fields_of("AnalysisTemplate"), document.root, released);
    ASSERT_EQ(problems.size(), 1U) << metric;
    EXPECT_EQ(message_of(problems.front()), message);
  }
}

TEST(ArgoFields, Durations) {
  const struct {
    const char *value, *instead;  // null: right
  } cases[] = {
      {"5m", nullptr},   {"''", nullptr}, {"'{{args.x}}'", nullptr}, {"1h30m", nullptr},
      {"1d", "24h"},     {"5 min", "5m"}, {"'60'", "60s"},           {"60", "60s"},
      {"2 hours", "2h"}, {"soon", ""},    {"99999999999999d", ""},
  };
  for (const auto& [value, instead] : cases) {
    const std::string problem = of_metric(fmt::format("interval: {}", value));
    if (instead == nullptr) {
      EXPECT_EQ(problem, "") << value;
      continue;
    }
    const std::string arrow = *instead == 0 ? "" : fmt::format(" -> {}", instead);
    const bool is_number = std::string_view(value) == "60";
    EXPECT_EQ(problem, fmt::format("bad duration spec.metrics[0].interval{}: {}", arrow,
                                   is_number ? "the API server refuses the object"
                                             : "the run ends in Error"))
        << value;
  }
  const struct {
    const char* value;
    bool right;
  } pauses[] = {{"60", true},  {"'60'", true}, {"1h", true},   {"'-1'", true},
                {"1d", false}, {"''", false},  {"1.5", false}, {"true", false}};
  for (const auto& [value, right] : pauses) {
    const std::string problem = problems_of(
        "Rollout",
        fmt::format("spec: {{strategy: {{canary: {{steps: [{{pause: {{duration: {}}}}}]}}}}}}",
                    value));
    EXPECT_EQ(problem.empty(), right) << value << '\n' << problem;
  }
}

TEST(ArgoFields, LimitsThatAreNoNumber) {
  for (const char* value : {"3", "'3'", "'-1'", "'+3'", "'{{args.limit}}'", "3.0"})
    EXPECT_EQ(of_metric(fmt::format("failureLimit: {}", value)), "") << value;
  for (const char* value :
       {"'50%'", "3x", "three", "''", "' 3'", "'3.0'", "'+-3'", "'99999999999999999999'"})
    EXPECT_EQ(of_metric(fmt::format("failureLimit: {}", value)),
              "bad limit spec.metrics[0].failureLimit: the first failed measurement fails the "
              "metric")
        << value;
}

TEST(ArgoFields, WhatIsCommonAndFreeIsSilent) {
  EXPECT_EQ(problems_of("Rollout", R"(
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: shop
  labels: {a.b/c: d}
  annotations: {x: "1"}
  creationTimestamp: null
  ownerReferences: [{apiVersion: v1, kind: Node, name: node, uid: u}]
  managedFields: [{anything: 1}]
spec:
  template: {metadata: {anything: 1}, spec: {containers: [{anything: 1}]}}
  strategy:
    canary:
      canaryMetadata: {creationTimestamp: null}
      antiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {}}
      trafficRouting: {plugins: {x/y: {anything: 1}}}
      steps: [{plugin: {name: x, config: {anything: 1}}}, {setWeight: "${WEIGHT}"}]
status: {anything: 1}
)"),
            "");
  EXPECT_EQ(problems_of("ApplicationSet", R"(
spec:
  generators:
    - matrix:
        generators:
          - merge: {mergeKeys: [a], generators: [{list: {elements: [{anything: 1}]}}]}
          - plugin: {configMapRef: {name: p}, input: {parameters: {anything: [1]}}}
  template:
    metadata: {name: "{{name}}"}
    spec: {source: {helm: {valuesObject: {anything: 1}}}}
)"),
            "");
  EXPECT_EQ(problems_of("ApplicationSet",
                        "spec: {generators: [{matrix: {generators: [{matrix: {generators: [{lst: "
                        "{}}]}}]}}]}"),
            "unknown spec.generators[0].matrix.generators[0].matrix.generators[0].lst -> list: the "
            "API server drops it");
}

TEST(ArgoFields, HostileObjectsEndSoon) {
  std::string text = "spec: {";
  for (int i = 0; i < 20'000; ++i) text += fmt::format("successConditionWithALongName{}: 1, ", i);
  text += "}";
  const std::string problems = problems_of("AnalysisTemplate", text);
  EXPECT_EQ(std::count(problems.begin(), problems.end(), '\n'), 999);
  for (const char* other : {"[]", "x", "5", "", "{? [a] : b}"}) {
    const std::string_view odd = other;
    const yaml::Document document =
        yaml::parse(odd, Span{0, static_cast<std::uint32_t>(odd.size())});
    (void)check_fields(fields_of("Rollout"), document.root, released);
  }
}

// ---- the tables beside the published schemas

// All paths of a table or a schema: "spec.metrics[].provider.web.url string". Below what is free in
// our tables nothing is compared, and `status` is no field that somebody writes.
using Paths = std::set<std::string>;

void add_paths(std::span<const Field> fields, const std::string& prefix, Paths& out, Paths& free) {
  constexpr std::string_view types[] = {"object",  "",        "string",  "string",
                                        "string",  "string",  "int|str", "string",
                                        "boolean", "integer", "int|str", "int|str"};
  for (const Field& field : fields) {
    if (field.name.empty()) {
      add_paths(field.type.fields(), prefix, out, free);
      continue;
    }
    if (!field.exists()) continue;
    constexpr std::string_view holds[] = {"", "[]", "{}"};
    const std::string path =
        prefix + std::string(field.name) + std::string(holds[field.type.holds]);
    if (field.type.of == FieldType::anything)
      free.insert(path);
    else
      out.insert(path + " " + std::string(types[field.type.of]));
    if (field.type.of == FieldType::object) add_paths(field.type.fields(), path + ".", out, free);
  }
}

// `root` resolves `$ref`; null in a CRD, which has none.
void add_paths(const yaml::Node& schema, const yaml::Node* root, const std::string& path,
               const Paths& free, Paths& out) {
  if (free.contains(path)) return;
  if (const yaml::Node* ref = schema.find("$ref"); ref != nullptr && root != nullptr) {
    const std::string_view name = ref->text.substr(ref->text.rfind('/') + 1);
    const yaml::Node* const found = root->find({"definitions", name});
    ASSERT_NE(found, nullptr) << name;
    return add_paths(*found, root, path, free, out);
  }
  if (const yaml::Node* items = schema.find("items"))
    return add_paths(*items, root, path + "[]", free, out);
  if (const yaml::Node* values = schema.find("additionalProperties"))
    return add_paths(*values, root, path + "{}", free, out);
  const yaml::Node* const type = schema.find("type");
  const bool either = schema.find("x-kubernetes-int-or-string") != nullptr;
  if (!path.empty())
    out.insert(path + " " + (either ? "int|str" : type ? std::string(type->text) : "object"));
  if (const yaml::Node* properties = schema.find("properties"))
    for (const yaml::Entry& entry : properties->entries)
      add_paths(
          entry.value, root,
          path.empty() ? std::string(entry.key.text) : fmt::format("{}.{}", path, entry.key.text),
          free, out);
}

std::filesystem::path schemas() {
  const char* const given = std::getenv("BACKOUT_SHARED_DATA");
  return given != nullptr ? given : BACKOUT_SOURCE_DIR "/../shared/data";
}

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void expect_same(const Paths& ours, const Paths& theirs, std::string_view what) {
  for (const std::string& path : theirs)
    EXPECT_TRUE(ours.contains(path)) << what << ": not in our table: " << path;
  for (const std::string& path : ours)
    EXPECT_TRUE(theirs.contains(path)) << what << ": not in the schema: " << path;
}

TEST(ArgoFields, TheTablesAreThePublishedSchemas) {
  if (!std::filesystem::exists(schemas() / "crds")) GTEST_SKIP() << "no schemas at hand";
  const std::pair<const char*, const char*> files[] = {
      {"Rollout", "rollout-crd.yaml"},
      {"Experiment", "experiment-crd.yaml"},
      {"AnalysisTemplate", "analysis-template-crd.yaml"},
      {"ClusterAnalysisTemplate", "cluster-analysis-template-crd.yaml"},
      {"AnalysisRun", "analysis-run-crd.yaml"},
      {"Application", "application-crd.yaml"},
      {"ApplicationSet", "applicationset-crd.yaml"},
  };
  for (const auto& [kind, file] : files) {
    const std::string text = read(schemas() / "crds" / file);
    const yaml::Document crd = yaml::parse(text, Span{0, static_cast<std::uint32_t>(text.size())});
    ASSERT_FALSE(crd.defect) << file;
    const yaml::Node* const schema =
        crd.root.find({"spec", "versions"})->items.front().find({"schema", "openAPIV3Schema"});
    ASSERT_NE(schema, nullptr) << file;
    Paths ours, free, theirs;
    add_paths(fields_of(kind), "", ours, free);
    add_paths(*schema, nullptr, "", free, theirs);
    // Every object has the same metadata; schemas leave it out. Generators in the second level of
    // matrix and merge are free in the schema, but the controller knows them.
    std::erase_if(ours, [](const std::string& path) {
      return path.starts_with("metadata.") || path.find("].matrix.generators[].m") < path.size() ||
             path.find("].merge.generators[].m") < path.size();
    });
    std::erase_if(theirs, [](const std::string& path) {
      return path.find("].matrix.generators[].m") < path.size() ||
             path.find("].merge.generators[].m") < path.size();
    });
    EXPECT_GT(theirs.size(), 40U) << kind;
    expect_same(ours, theirs, kind);
  }
}

TEST(ArgoFields, TheTableOfProjectsIsThePublishedSchema) {
  const std::string text = read(schemas() / "argocd-swagger.json");
  if (text.empty()) GTEST_SKIP() << "no schemas at hand";
  const yaml::Document api = yaml::parse(text, Span{0, static_cast<std::uint32_t>(text.size())});
  ASSERT_FALSE(api.defect);
  Paths ours, free, theirs;
  add_paths(fields_of("AppProject"), "", ours, free);
  add_paths(*api.root.find({"definitions", "v1alpha1AppProjectSpec"}), &api.root, "spec", free,
            theirs);
  std::erase_if(ours, [](const std::string& path) { return !path.starts_with("spec."); });
  theirs.erase("spec object");
  expect_same(ours, theirs, "AppProject");
}

}  // namespace
}  // namespace backout::argo
