// Recovery plans: what is printed is a Cluster that CloudNativePG knows every field of, whatever
// the old manifest looked like, and commands that a hostile name cannot turn into others.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "program.h"
#include "recovery/fields.h"
#include "recovery/plan.h"
#include "yaml/parse.h"

namespace backout::test {
namespace {

using recovery::Plan;
using recovery::Request;

constexpr std::string_view head =
    "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: orders, namespace: shop}\n";

Request request(const std::string& manifest) {
  Request out;
  out.cluster = "orders";
  out.target = *parse_instant("2026-03-01T10:14:00.5Z");
  if (!manifest.empty()) {
    auto found = recovery::clusters_in(make_source("deploy/db.yaml", manifest));
    EXPECT_EQ(found.size(), 1U) << manifest;
    if (!found.empty()) out.manifest = found.front();
  }
  return out;
}

// The manifest as the API server reads it; problems with its fields fail the test.
struct Read {
  std::string text;
  yaml::Document document;
  std::string_view at(std::initializer_list<std::string_view> keys) const {
    const yaml::Node* const node = document.root.find(keys);
    return node ? node->text : std::string_view("(none)");
  }
};
void read(const std::string& text, Read& out) {
  out.text = text;
  out.document = yaml::parse(out.text, {0, static_cast<std::uint32_t>(out.text.size())});
  ASSERT_FALSE(out.document.defect) << text;
  for (const argo::FieldProblem& problem :
       argo::check_fields(recovery::cluster_fields(), out.document.root, {1, 9}))
    ADD_FAILURE() << argo::message_of(problem) << "\n" << text;
}

TEST(Recovery, TakesOverWhatTheRestoredClusterNeeds) {
  const auto plan = recovery::make_plan(request(std::string(head) + R"(spec:
  instances: 3
  imageName: ghcr.io/cloudnative-pg/postgresql:16.2
  storage: {size: 50Gi, storageClass: fast}
  walStorage: {size: 10Gi}
  postgresql: {parameters: {max_connections: "200", jit: off}}
  monitoring: {enablePodMonitor: true}
  bootstrap:
    initdb: {database: orders, owner: app, secret: {name: app-login}}
  backup:
    retentionPolicy: 30d
    barmanObjectStore:
      destinationPath: s3://acme-pg/orders
      s3Credentials:
        accessKeyId: {name: pg, key: ID}
        secretAccessKey: {name: pg, key: SECRET}
      wal: {compression: gzip, maxParallel: 8}
)"));
  ASSERT_TRUE(plan) << plan.error().message;
  Read manifest;
  read(plan->manifest, manifest);
  EXPECT_EQ(manifest.at({"metadata", "name"}), "orders-restore");
  EXPECT_EQ(manifest.at({"metadata", "namespace"}), "shop");
  EXPECT_EQ(manifest.at({"spec", "instances"}), "3");
  EXPECT_EQ(manifest.at({"spec", "storage", "size"}), "50Gi");
  EXPECT_EQ(manifest.at({"spec", "walStorage", "size"}), "10Gi");
  EXPECT_EQ(manifest.at({"spec", "postgresql", "parameters", "max_connections"}), "200");
  EXPECT_EQ(manifest.at({"spec", "bootstrap", "recovery", "source"}), "orders");
  EXPECT_EQ(manifest.at({"spec", "bootstrap", "recovery", "recoveryTarget", "targetTime"}),
            "2026-03-01T10:14:00.5Z");
  EXPECT_EQ(manifest.at({"spec", "bootstrap", "recovery", "database"}), "orders");
  EXPECT_EQ(manifest.at({"spec", "bootstrap", "recovery", "secret", "name"}), "app-login");
  const yaml::Node& origin = manifest.document.root.find({"spec", "externalClusters"})->items[0];
  EXPECT_EQ(origin.find("name")->text, "orders");
  EXPECT_EQ(origin.find({"barmanObjectStore", "serverName"})->text, "orders");
  EXPECT_EQ(origin.find({"barmanObjectStore", "s3Credentials", "accessKeyId", "key"})->text, "ID");
  // Backups of the new cluster must not go where those of the old one lie.
  EXPECT_EQ(manifest.at({"spec", "backup", "barmanObjectStore", "serverName"}), "orders-restore");
  EXPECT_EQ(manifest.at({"spec", "backup", "retentionPolicy"}), "30d");
  EXPECT_EQ(manifest.at({"spec", "monitoring"}), "(none)");
  EXPECT_NE(recovery::as_text(*plan).find("not taken over from `deploy/db.yaml`: `monitoring`"),
            std::string::npos);
}

TEST(Recovery, KnowsTheThreePlacesOfBackups) {
  const std::string plugin = std::string(head) + R"(spec:
  instances: 1
  storage: {size: 1Gi}
  plugins:
    - name: other.example.com
      enabled: true
    - name: barman-cloud.cloudnative-pg.io
      isWALArchiver: true
      parameters: {barmanObjectName: store, serverName: orders-2025}
)";
  Read manifest;
  auto plan = recovery::make_plan(request(plugin));
  ASSERT_TRUE(plan);
  read(plan->manifest, manifest);
  const yaml::Node& origin = manifest.document.root.find({"spec", "externalClusters"})->items[0];
  EXPECT_EQ(origin.find({"plugin", "name"})->text, recovery::barman_plugin);
  EXPECT_EQ(origin.find({"plugin", "parameters", "barmanObjectName"})->text, "store");
  EXPECT_EQ(origin.find({"plugin", "parameters", "serverName"})->text, "orders-2025");
  const yaml::Node& plugins = *manifest.document.root.find({"spec", "plugins"});
  ASSERT_EQ(plugins.items.size(), 2U);
  EXPECT_EQ(plugins.items[1].find({"parameters", "serverName"})->text, "orders-restore");
  EXPECT_EQ(plugins.items[1].find({"parameters", "barmanObjectName"})->text, "store");

  Request other = request(plugin);
  other.backup = "nightly";
  plan = recovery::make_plan(other);
  ASSERT_TRUE(plan);
  read(plan->manifest, manifest);
  EXPECT_EQ(manifest.at({"spec", "bootstrap", "recovery", "backup", "name"}), "nightly");
  EXPECT_EQ(manifest.at({"spec", "bootstrap", "recovery", "source"}), "(none)");
  EXPECT_EQ(manifest.at({"spec", "externalClusters"}), "(none)");

  Request bare = request({});
  bare.object_store = "s3://acme/pg";
  plan = recovery::make_plan(bare);
  ASSERT_TRUE(plan);
  read(plan->manifest, manifest);
  EXPECT_EQ(manifest.document.root.find({"spec", "externalClusters"})
                ->items[0]
                .find({"barmanObjectStore", "destinationPath"})
                ->text,
            "s3://acme/pg");

  for (const std::string& text : {std::string(), std::string(head) + "spec: {instances: 1}\n"}) {
    const auto none = recovery::make_plan(request(text));
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, ErrorKind::usage);
    EXPECT_NE(none.error().message.find("nothing says where the backups of `orders` lie"),
              std::string::npos);
  }
}

TEST(Recovery, ValuesStayValues) {
  Request bad = request(std::string(head) + R"(spec:
  imageName: "x\n  instances: 99\n#"
  instances: "3"
  "odd: key": 1
  storage: {size: "1Gi'\"", "a\nb": [[1, [two, "3"]], {c: ~}, []]}
  backup: {barmanObjectStore: {destinationPath: "s3://b\n---\nkind: Secret", serverName: "a'b"}}
)");
  bad.owner = "ana\n$(id)";
  bad.s3 = {"s3://b/$(rm -rf ~)'\n`x`"};
  const auto plan = recovery::make_plan(bad);
  ASSERT_TRUE(plan) << plan.error().message;
  const yaml::Document document =
      yaml::parse(plan->manifest, {0, static_cast<std::uint32_t>(plan->manifest.size())});
  ASSERT_FALSE(document.defect) << plan->manifest;
  EXPECT_EQ(yaml::split_documents(plan->manifest).size(), 1U);
  EXPECT_EQ(document.root.find({"spec", "imageName"})->text, "x\n  instances: 99\n#");
  EXPECT_EQ(document.root.find({"spec", "instances"})->text, "3");
  EXPECT_EQ(document.root.find({"spec", "storage", "a\nb"})->items.size(), 3U);
  EXPECT_EQ(document.root.find({"spec", "externalClusters"})
                ->items[0]
                .find({"barmanObjectStore", "destinationPath"})
                ->text,
            "s3://b\n---\nkind: Secret");
  for (const std::string& text : {recovery::as_text(*plan), recovery::as_markdown(*plan)}) {
    EXPECT_NE(text.find("--prefix $'$(rm -rf ~)\\'\\012`x`'"), std::string::npos) << text;
    EXPECT_EQ(text.find("ana\n"), std::string::npos);
  }
  // As YAML nothing but the manifest is outside of comments.
  const std::string yaml = recovery::as_yaml(*plan);
  for (std::size_t at = 0; at < yaml.size() - plan->manifest.size();) {
    EXPECT_EQ(yaml[at], '#');
    at = yaml.find('\n', at) + 1;
  }
  EXPECT_EQ(nlohmann::json::parse(recovery::as_json(*plan))["manifest"], plan->manifest);
}

TEST(Recovery, RefusesNamesThatCannotBe) {
  for (const std::string_view name : {"a'b", "a\nb", "Orders", "-a", "a b", "a;b", "", "../x",
                                      "a-name-that-is-longer-than-cloudnativepg-allows-it-to-be"}) {
    Request bad = request({});
    bad.backup = "b";
    bad.new_name = name.empty() ? "orders" : std::string(name);
    const auto plan = recovery::make_plan(bad);
    ASSERT_FALSE(plan) << name;
    EXPECT_EQ(plan.error().kind, ErrorKind::usage);
  }
  for (const std::string_view place : {"bucket/x", "s3://", "s3:///x", "https://b/x"}) {
    Request bad;
    bad.s3 = {std::string(place)};
    EXPECT_FALSE(recovery::make_plan(bad)) << place;
  }
}

TEST(Recovery, TheCommandFindsTheManifestAndRunsNothing) {
  const Repo repo;
  repo.write("deploy/db.yaml", std::string(head) +
                                   "spec:\n  instances: 2\n  backup: {barmanObjectStore: "
                                   "{destinationPath: 's3://b/x'}}\n");
  const Setting setting{.environment = {{"BACKOUT_NOW", "2026-03-01T12:00:00Z"}}};
  const std::vector<std::string> words = {"plan",   "recovery",      "--cluster",
                                          "orders", "--target-time", "2026-03-01 12:14:00+02:00"};
  Ended ended = backout(repo.path(), words, setting);
  EXPECT_EQ(ended.code, 0) << ended.err;
  for (const std::string_view part :
       {"recovery to 2026-03-01T10:14:00Z", "NOBODY YET", "--dry-run=server", "instances: 2",
        "first recoverability point", "15-90 min", "-n shop"})
    EXPECT_NE(ended.out.find(part), std::string::npos) << part << ended.out;

  struct {
    std::vector<std::string> words;
    std::string message;
  } const cases[] = {
      {{"--cluster", "orders", "--target-time", "2026-03-01 10:14:00"}, "without its offset"},
      {{"--cluster", "orders", "--target-time", "2026-03-01T12:00:01Z"}, "which lies ahead"},
      {{"--cluster", "orders"}, "`--target-time` is missing; write `2026-"},
      {{"--target-time", "2026-03-01T10:00:00Z"}, "nothing to recover"},
      {{"--cluster", "users", "--target-time", "2026-03-01T10:00:00Z"},
       "the repository has no manifest of that name"},
      {{"--cluster", "orders", "--target-time", "2026-03-01T10:00:00Z", "--from-cluster-manifest",
        "none.yaml"},
       "cannot read `none.yaml`"},
      {{"--s3", "s3://b", "--target-time", "2026-03-01T10:00:00Z", "--format", "yaml"},
       "give `--cluster`"},
      {{"--s3", "s3://b", "--target-time", "2026-03-01T10:00:00Z", "--format", "xml"},
       "`--format` cannot be `xml`"},
  };
  for (const auto& one : cases) {
    std::vector<std::string> all = {"plan", "recovery"};
    all.insert(all.end(), one.words.begin(), one.words.end());
    ended = backout(repo.path(), all, setting);
    EXPECT_EQ(ended.code, 2) << one.message;
    EXPECT_EQ(ended.out, "");
    EXPECT_NE(ended.err.find(one.message), std::string::npos) << ended.err;
  }
  repo.write("deploy/other.yaml",
             "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: orders, "
             "namespace: stage}\nspec: {}\n");
  EXPECT_EQ(backout(repo.path(), words, setting).code, 2);
  std::vector<std::string> chosen = words;
  chosen.insert(chosen.end(), {"--namespace", "shop"});
  EXPECT_EQ(backout(repo.path(), chosen, setting).code, 0);
}

}  // namespace
}  // namespace backout::test
