// Requests and answers against Argo CD's own description of its API, where that is at hand.
#include "argocd_swagger.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "argocd_ask.h"

namespace backout::test {
namespace {

using sim::Json;
using sim::sha;
using sim::Words;
using sim::World;

// Answers, too, are as Argo CD describes them.
TEST(ArgocdSwagger, AnswersAreThoseOfTheApi) {
  if (!has_argocd_swagger()) GTEST_SKIP() << "no description of Argo CD's API";
  World world = sim::shop_world();
  world.version = "v3.5.0";
  world.sets = {{.name = "shops",
                 .ignored_pointers = {"/spec/syncPolicy"},
                 .preserved_annotations = {"a"},
                 .rolling_sync = true}};
  world.app("catalog").owners = {{"ApplicationSet", "shops"}};
  world.app("catalog").windows = {{.manual_sync = true}};
  for (sim::Commit& commit : world.git[sim::gitops].commits)
    commit.manifests.push_back(
        {.kind = "Rollout", .name = "web", .content = "ghcr.io/web:" + commit.sha});
  ArgocdServer server(world);
  server.advance(30);
  ASSERT_EQ(pause_auto_sync(server).status, 200);
  ASSERT_EQ(roll_back(server, 0).status, 200);
  ASSERT_TRUE(wait_for_operation(server));
  const std::string app = "/api/v1/applications/catalog";
  const std::string rollout =
      "?group=argoproj.io&kind=Rollout&version=v1alpha1&resourceName=web&namespace=shop";
  for (const std::string& path :
       {app, std::string("/api/v1/applications"), app + "/resource-tree",
        app + "/managed-resources", app + "/syncwindows", app + "/manifests?revision=" + sha('1'),
        app + "/revisions/" + sha('1') + "/metadata", app + "/events", app + "/resource" + rollout,
        app + "/resource/actions" + rollout, std::string("/api/version"),
        std::string("/api/v1/session/userinfo"), std::string("/api/v1/settings"),
        std::string("/api/v1/account/can-i/applications/sync/shop/catalog"),
        std::string("/api/v1/applicationsets/shops")}) {
    const bool version = path == "/api/version";
    const Asked asked = ask(server, "GET", version ? "version" : path.substr(8));
    EXPECT_EQ(asked.status, 200) << path << asked.body;
    EXPECT_EQ(answer_violations("GET", path, asked.body), Words()) << asked.body;
  }
  expect_contract(server);
}

TEST(ArgocdSwagger, TheContractIsNoticed) {
  const std::map<std::string, std::string, std::less<>> json = {
      {"content-type", "application/json"}};
  EXPECT_EQ(contract_violations({{"POST", "/api/v1/applications/a/sync", "", {}, "{}"}}).size(),
            1U);
  EXPECT_EQ(
      contract_violations({{"GET", "/api/version", "", {{"user-agent", "argocd-client/v1"}}, ""}})
          .size(),
      1U);
  if (!has_argocd_swagger()) GTEST_SKIP() << "no description of Argo CD's API";
  struct {
    const char *method, *path, *query, *body;
    std::size_t violations;
  } const cases[] = {
      {"GET", "/root/api/v1/applications/a", "refresh=normal&appNamespace=b&project=c", "", 0},
      {"GET", "/root/api/v1/applications/a", "fields=x", "", 1},
      {"GET", "/root/api/v1/applications", "fields=x", "", 0},
      {"GET", "/root/api/v1/application/a", "", "", 1},
      {"GET", "/root/api/v1/account/can-i/applications/sync/shop/argocd/a", "", "", 0},
      {"POST", "/root/api/v1/applications/a/rollback", "", R"({"id":0,"name":"a"})", 0},
      {"POST", "/root/api/v1/applications/a/rollback", "", R"({"id":"0","revision":"a"})", 2},
      {"POST", "/root/api/v1/applications/a/sync", "",
       R"({"sourcePositions":[1],"strategy":{"hook":{"force":true}}})", 0},
      {"POST", "/root/api/v1/applications/a/sync", "", R"({"sourcePositions":["1"]})", 1},
      {"POST", "/root/api/v1/applications/a/sync", "validate=false", "{", 2},
      {"PUT", "/root/api/v1/applications/a/spec", "validate=false",
       R"({"source":{"helm":{"valuesObject":{"any":["thing"]}}}})", 0},
      {"PUT", "/root/api/v1/applications/a/spec", "validate=no", R"({"metadata":{}})", 2},
      {"POST", "/root/api/v1/applications/a/resource/actions", "kind=Rollout", "\"abort\"", 0},
      {"DELETE", "/root/api/v1/applications/a/operation", "", "{}", 1},
  };
  for (const auto& one : cases) {
    const auto found =
        contract_violations({{one.method, one.path, one.query, json, one.body}}, "/root");
    EXPECT_EQ(found.size(), one.violations)
        << one.path << one.body << fmt::format("{}", fmt::join(found, "; "));
  }
}

}  // namespace
}  // namespace backout::test
