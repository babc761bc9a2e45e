// Revisions, several sources, specs and versions of our Argo CD: much is ignored without a word.
// Raw requests only.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "argocd_ask.h"

namespace backout::test {
namespace {

using sim::App;
using sim::Json;
using sim::sha;
using sim::Words;
using sim::World;

World paused_world() {
  World world = sim::shop_world();
  Json spec = Json::parse(world.app("catalog").spec);
  spec["syncPolicy"].erase("automated");
  world.app("catalog").spec = spec.dump();
  return world;
}

// Several sources: `revision` is ignored, and so are `revisions` without positions.
TEST(ArgocdServerSources, SeveralSources) {
  World world = paused_world();
  const char* const values = "https://git.example.com/values.git";
  for (const char digit : {'a', 'b'}) {
    sim::add_commit(world, values, {.sha = sha(digit), .values = std::string(1, digit)});
    sim::set_ref(world, values, "main", sha(digit));
  }
  world.apps.clear();
  App app{.name = "catalog"};
  app.spec = fmt::format(
      R"({{"project":"shop","sources":[{{"repoURL":"{}","path":"p","targetRevision":"main"}},{{"repoURL":"{}","ref":"values","targetRevision":"main"}}]}})",
      sim::gitops, values);
  sim::add_app(world, app, {{sha('1'), sha('a')}, {sha('2'), sha('b')}});
  const Words good = {sha('1'), sha('a')}, bad = {sha('2'), sha('b')};
  struct {
    Json body;
    const char* version;
    Words expected;
  } const cases[] = {
      {{{"revision", sha('1')}}, "v3.1.0", bad},
      {{{"revisions", good}}, "v3.1.0", bad},
      {{{"revisions", good}, {"sourcePositions", {1, 2}}}, "v3.1.0", good},
      {{{"revisions", good}, {"sourcePositions", {1, 2}}}, "v2.10.0", bad},
      {{{"revisions", {sha('a')}}, {"sourcePositions", {2}}}, "v3.1.0", {sha('2'), sha('a')}},
  };
  for (const auto& one : cases) {
    world.version = one.version;
    ArgocdServer server(world);
    ASSERT_EQ(post_catalog(server, "sync", one.body).status, 200);
    ASSERT_TRUE(wait_for_operation(server));
    EXPECT_EQ(sim::deployed(catalog(server)), one.expected) << one.body.dump();
  }
  struct {
    Json positions;
    int status;
  } const wrong[] = {{{0, 1}, 500}, {{3, 1}, 500}, {{1, 2, 1}, 500}};
  world.version = "v3.1.0";
  ArgocdServer server(world);
  for (const auto& one : wrong)
    EXPECT_EQ(
        post_catalog(server, "sync", {{"revisions", good}, {"sourcePositions", one.positions}})
            .status,
        one.status);
  EXPECT_EQ(roll_back(server, 0).status, 200);
  ASSERT_TRUE(wait_for_operation(server));
  EXPECT_EQ(catalog(server).history.back().revisions, good);
  EXPECT_EQ(sim::live_content(catalog(server), "Service", "catalog"), "port 80+a");
  server.change([](World& changed) { changed.version = "v2.11.0"; });
  EXPECT_NE(roll_back(server, 0).body.find("v0.11 or lower"), std::string::npos);
}

TEST(ArgocdServerSources, ARevisionOtherThanTheTarget) {
  World world = sim::shop_world();
  world.version = "v3.3.0";
  ArgocdServer server(world);
  const auto sync = [&](const Json& body) { return post_catalog(server, "sync", body); };
  EXPECT_EQ(sync({{"revision", sha('1')}}).json["message"],
            "Cannot sync to " + sha('1') + ": auto-sync currently set to main");
  EXPECT_EQ(sync({{"revision", "nowhere"}, {"dryRun", true}}).json["message"],
            "unable to resolve 'nowhere' to a commit SHA");
  server.change([](World& changed) {
    changed.override_right_for_revisions = true;
    changed.tokens[0].denied = {"override"};
  });
  EXPECT_EQ(sync({{"revision", sha('1')}}).status, 403);
  EXPECT_EQ(sync({{"revision", "main"}}).status, 200);
}

TEST(ArgocdServerSources, Versions) {
  const Json off = Json::array(
      {{{"op", "add"}, {"path", "/spec/syncPolicy/automated/enabled"}, {"value", false}}});
  struct {
    const char* version;
    bool paused;     // `enabled: false` stops auto-sync
    int v2, toggle;  // status of these actions
  } const cases[] = {{"v2.14.0", false, 404, 500},
                     {"v3.0.9", false, 404, 500},
                     {"v3.1.0", true, 200, 500},
                     {"v3.5.0", true, 200, 200}};
  for (const auto& one : cases) {
    World world = sim::shop_world();
    world.version = one.version;
    ArgocdServer server(world);
    ASSERT_EQ(patch_catalog(server, off).status, 200);
    EXPECT_EQ(roll_back(server, 0).status, one.paused ? 200 : 400) << one.version;
    EXPECT_EQ(catalog(server).spec.find("enabled") != std::string::npos, one.paused);
    const Json restart = {{"group", "apps"},     {"kind", "Deployment"},
                          {"version", "v1"},     {"resourceName", "catalog"},
                          {"namespace", "shop"}, {"action", "restart"}};
    EXPECT_EQ(post_catalog(server, "resource/actions/v2", restart).status, one.v2);
    const Asked toggled =
        ask(server, "POST",
            "applications/catalog/resource/actions?group=argoproj.io&kind=Application"
            "&resourceName=catalog&namespace=argocd&version=v1alpha1",
            {.body = "\"toggle-auto-sync\""});
    EXPECT_EQ(toggled.status, one.toggle) << one.version;
    if (one.toggle == 200) {
      EXPECT_TRUE(Json::parse(catalog(server).spec)["syncPolicy"]["automated"]["enabled"]);
    }
  }
}

// The spec comes back as it was put, whatever its numbers and their order.
TEST(ArgocdServerSources, SpecsKeepTheirBytes) {
  ArgocdServer server;
  const std::string spec =
      R"({"source": {"targetRevision":"main","repoURL":"https://git.example.com/gitops.git","path":"a",)"
      R"( "helm":{"valuesObject":{"z":1e3,"a":12345678901234567890123,"é":"\u00e9"}}}, "project":"shop"})";
  const Asked put = ask(server, "PUT", "applications/catalog/spec?validate=false", {.body = spec});
  EXPECT_EQ(put.body, spec);
  EXPECT_NE(get_catalog(server).body.find("\"spec\":" + spec + ","), std::string::npos);
  const std::string app =
      R"({"metadata":{"name":"catalog","labels":{"spec":"x"}}, "spec" : )" + spec + "}";
  ask(server, "PUT", "applications/catalog?validate=false", {.body = app});
  EXPECT_EQ(catalog(server).spec, spec);
  EXPECT_EQ(catalog(server).labels.at("spec"), "x");
}

}  // namespace
}  // namespace backout::test
