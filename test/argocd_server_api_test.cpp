// The API of our Argo CD: what it refuses, in which order and in which words. Raw requests only.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "argocd_ask.h"
#include "argocd_controller.h"

namespace backout::test {
namespace {

using sim::App;
using sim::Json;
using sim::World;

World paused_world() {
  World world = sim::shop_world();
  Json spec = Json::parse(world.app("catalog").spec);
  spec["syncPolicy"].erase("automated");
  world.app("catalog").spec = spec.dump();
  return world;
}

TEST(ArgocdServerApi, ContentTypeIsExact) {
  ArgocdServer server;
  struct {
    const char *method, *path, *body;
  } const calls[] = {
      {"POST", "applications/catalog/sync", "{}"},
      {"POST", "applications/catalog/rollback", R"({"id":0})"},
      {"PATCH", "applications/catalog", R"({"patch":"[]","patchType":"json"})"},
      {"PUT", "applications/catalog/spec", "{}"},
      {"DELETE", "applications/catalog/operation", ""},
  };
  for (const auto& call : calls)
    for (const char* type : {"", "application/json; charset=utf-8", "text/json"}) {
      const Asked asked = ask(server, call.method, call.path, {.body = call.body, .type = type});
      EXPECT_EQ(asked.status, 415) << call.path << type;
      EXPECT_EQ(asked.body, "Invalid content type\n");
    }
  EXPECT_EQ(server.mutations(), 0);
}

TEST(ArgocdServerApi, MissingIsForbiddenUnlessTheProjectIsNamed) {
  World world = sim::shop_world();
  world.tokens.push_back({"token-of-bo", "bo", {"get"}});
  ArgocdServer server(world);
  struct {
    const char *path, *token;
    int status;
    const char* message;
  } const cases[] = {
      {"applications/cart", "token-of-ana", 403, "permission denied"},
      {"applications/cart?project=shop", "token-of-ana", 404,
       "applications.argoproj.io \"cart\" not found"},
      {"applications/catalog?project=shop", "token-of-ana", 200, ""},
      {"applications/catalog?project=other", "token-of-ana", 404,
       "applications.argoproj.io \"catalog\" not found"},
      {"applications/catalog?project=a&project=b", "token-of-ana", 400,
       "multiple projects specified - must specify either zero or one project"},
      {"applications/catalog?appNamespace=shop", "token-of-ana", 403, "permission denied"},
      {"applications/catalog?appNamespace=nowhere", "token-of-ana", 403,
       "namespace 'nowhere' is not permitted"},
      {"applications/catalog", "token-of-bo", 403, "permission denied"},
      {"applications/catalog", "", 401, "no session information"},
      {"applications/catalog", "x", 401,
       "invalid session: token is malformed: token contains an invalid number of segments"},
  };
  for (const auto& one : cases) {
    const Asked asked = ask(server, "GET", one.path, {.token = one.token});
    EXPECT_EQ(asked.status, one.status) << one.path;
    if (one.status == 200) continue;
    EXPECT_EQ(asked.json["message"], one.message) << one.path;
    EXPECT_EQ(asked.json["error"], one.message) << one.path;
  }
  server.change([](World& changed) { changed.version = "v2.7.9"; });  // it does not know `project`
  EXPECT_EQ(ask(server, "GET", "applications/cart?project=shop").status, 403);
}

TEST(ArgocdServerApi, RightsAreAskedForOneByOne) {
  struct {
    const char *denied, *method, *path, *body, *message;
  } const cases[] = {
      {"update", "PATCH", "", R"({"patch":"[]","patchType":"json"})",
       "permission denied: applications, update, shop/catalog, sub: ana, iat: "
       "2026-11-21T09:00:00Z"},
      {"update", "PUT", "/spec", "{}", "permission denied"},
      {"sync", "POST", "/rollback", R"({"id":0})", "permission denied"},
      {"sync", "DELETE", "/operation", "", "permission denied"},
      {"sync", "POST", "/sync", "{}",
       "permission denied: applications, sync, shop/catalog, sub: ana, iat: 2026-11-21T09:00:00Z"},
      {"action/argoproj.io/Application/toggle-auto-sync", "POST", "/resource/actions/v2",
       R"({"group":"argoproj.io","kind":"Application","resourceName":"catalog","action":"toggle-auto-sync"})",
       "permission denied"},
  };
  for (const auto& one : cases) {
    World world = sim::shop_world();
    world.version = "v3.5.0";
    world.tokens[0].denied = {one.denied};
    ArgocdServer server(world);
    const Asked asked = ask(server, one.method, fmt::format("applications/catalog{}", one.path),
                            {.body = one.body});
    EXPECT_EQ(asked.status, 403) << one.path;
    EXPECT_EQ(asked.json["message"], one.message) << one.path;
    EXPECT_EQ(server.mutations(), 0);
  }
}

TEST(ArgocdServerApi, WhatACallerMayDo) {
  World world = sim::shop_world();
  world.tokens[0].denied = {"update"};
  ArgocdServer server(world);
  const auto can = [&](const char* action) {
    const Asked asked =
        ask(server, "GET", fmt::format("account/can-i/applications/{}/shop/catalog", action));
    return asked.status == 200 ? std::string(asked.json["value"]) : std::to_string(asked.status);
  };
  EXPECT_EQ(can("sync"), "yes");
  EXPECT_EQ(can("update"), "no");
  EXPECT_EQ(can("action%2Fargoproj.io%2FRollout%2Fabort"), "yes");  // this is `action`
  EXPECT_EQ(can("rollback"), "400");
  server.change([](World& changed) { changed.version = "v3.6.0"; });
  EXPECT_EQ(can("rollback"), "yes");
  EXPECT_EQ(ask(server, "GET", "session/userinfo").json["username"], "ana");
  EXPECT_EQ(ask(server, "GET", "session/userinfo", {.token = ""}).body, "{}");
  EXPECT_EQ(ask(server, "GET", "version", {.token = ""}).json["Version"], "v3.6.0+0123456");
  EXPECT_FALSE(ask(server, "GET", "settings", {.token = ""}).json.contains("controllerNamespace"));
  // With its own right, rollback needs no other.
  server.change([](World& changed) {
    changed.rollback_right = true;
    changed.tokens[0].denied = {"rollback"};
  });
  EXPECT_EQ(roll_back(server, 0).status, 403);
}

TEST(ArgocdServerApi, BodiesAreReadAsGoReadsThem) {
  ArgocdServer server(paused_world());
  struct {
    const char *path, *body;
    int status;
    const char* message;
  } const cases[] = {
      {"sync", "{", 400, "invalid character in JSON"},
      {"sync", R"({"sourcePositions":["1"]})", 400,
       "json: cannot unmarshal array into Go struct field ApplicationSyncRequest.sourcePositions "
       "of type []int64"},
      {"rollback", R"({"id":"0"})", 400,
       "json: cannot unmarshal string into Go struct field ApplicationRollbackRequest.id of type "
       "int64"},
      {"rollback", "{}", 500,
       "grpc: error while marshaling: proto: required field "
       "\"application.ApplicationRollbackRequest.id\" not set"},
      {"rollback", R"({"id":0,"unknown":1,"dryrun":true})", 200, ""},
  };
  for (const auto& one : cases) {
    const Asked asked =
        ask(server, "POST", fmt::format("applications/catalog/{}", one.path), {.body = one.body});
    EXPECT_EQ(asked.status, one.status) << one.body;
    if (one.status != 200) {
      EXPECT_EQ(asked.json["message"], one.message);
    }
  }
  EXPECT_TRUE(catalog(server).operation->dry_run);  // the case of keys does not matter
}

TEST(ArgocdServerApi, RefusalsOfARollbackInTheirOrder) {
  ArgocdServer server;
  const auto refusal = [&](int id) { return std::string(roll_back(server, id).json["message"]); };
  const auto change = [&](auto with) {
    server.change([&](World& world) { with(world.app("catalog")); });
  };
  change([](App& app) { app.deleting = true; });
  EXPECT_EQ(refusal(9), "application is deleting");
  change([](App& app) { app.deleting = false; });
  EXPECT_EQ(refusal(9), "rollback cannot be initiated when auto-sync is enabled");
  change([](App& app) {
    Json spec = Json::parse(app.spec);
    spec["syncPolicy"]["automated"]["enabled"] = false;
    app.spec = spec.dump();
  });
  EXPECT_EQ(refusal(9), "application argocd/catalog does not have deployment with id 9");
  change([](App& app) { app.history[0].sources.clear(); });
  EXPECT_EQ(refusal(0),
            "cannot rollback to revision deployed with Argo CD v0.11 or lower. sync to revision "
            "instead.");
  server.change([](World& world) { sim::start_operation(world, world.app("catalog"), {}); });
  EXPECT_EQ(refusal(1), "another operation is already in progress");
}

// PATCH renders the target first and cannot be told not to; PUT can.
TEST(ArgocdServerApi, ABrokenTargetCannotBePatched) {
  for (const bool git_down : {true, false}) {
    ArgocdServer server;
    server.change([&](World& world) {
      if (git_down)
        world.git[sim::gitops].down = true;
      else
        world.git[sim::gitops].commits[1].render_error = "no such chart";
    });
    const Asked refused = pause_auto_sync(server);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.json["code"], 3);
    EXPECT_NE(refused.body.find("InvalidSpecError: Unable to generate manifests in apps/catalog"),
              std::string::npos);
    Json app = get_catalog(server).json;
    app["spec"]["syncPolicy"].erase("automated");
    const std::string spec = app["spec"].dump();
    EXPECT_EQ(ask(server, "PUT", "applications/catalog/spec", {.body = spec}).status, 400);
    EXPECT_EQ(ask(server, "PUT", "applications/catalog", {.body = app.dump()}).status, 400);
    EXPECT_EQ(ask(server, "PUT", "applications/catalog/spec?validate=false", {.body = spec}).status,
              200);
    EXPECT_EQ(catalog(server).spec, spec);
    app["metadata"]["annotations"]["a"] = "b";
    EXPECT_EQ(
        ask(server, "PUT", "applications/catalog?validate=false", {.body = app.dump()}).status,
        200);
    EXPECT_EQ(catalog(server).annotations.at("a"), "b");
    // A good revision can be deployed all the same, when git is there.
    roll_back(server, 0);
    ASSERT_TRUE(wait_for_operation(server));
    EXPECT_EQ(phase(server), git_down ? "Error" : "Succeeded");
    EXPECT_EQ(get_catalog(server, "?refresh=hard").json["status"]["sync"]["status"], "Unknown");
  }
}

TEST(ArgocdServerApi, Patches) {
  ArgocdServer server;
  struct {
    const char* steps;
    int status;
    const char* message;
  } const cases[] = {
      {R"([{"op":"test","path":"/spec/syncPolicy/automated","value":{"selfHeal":true,"prune":true}}])",
       200, ""},
      {R"([{"op":"test","path":"/spec/syncPolicy/automated","value":{"prune":true}}])", 500,
       "testing value /spec/syncPolicy/automated failed: test failed"},
      {R"([{"op":"add","path":"/metadata/annotations/a","value":"b"}])", 500,
       "add operation does not apply: doc is missing path: /metadata/annotations/a: missing value"},
      {R"([{"op":"add","path":"/metadata/annotations","value":{"x/y":"b"}}])", 200, ""},
      {R"([{"op":"test","path":"/metadata/annotations/x~1y","value":"b"}])", 200, ""},
      {R"([{"op":"replace","path":"/spec/nothing","value":1}])", 500,
       "replace operation does not apply: doc is missing key: /spec/nothing: missing value"},
      {R"([{"op":"add","path":"/operation","value":{"sync":{}}}])", 200, ""},  // and no effect
      {R"([{"op":"replace","path":"/status/sync/status","value":"Gone"}])", 200, ""},
      {"{", 500, "invalid character in patch"},
  };
  const std::string before = catalog(server).spec;
  for (const auto& one : cases) {
    const Json body = {{"patch", one.steps}, {"patchType", "json"}};
    const Asked asked = ask(server, "PATCH", "applications/catalog", {.body = body.dump()});
    EXPECT_EQ(asked.status, one.status) << one.steps;
    if (one.status != 200) {
      EXPECT_EQ(asked.json["message"], one.message);
    }
  }
  EXPECT_EQ(catalog(server).spec, before);
  EXPECT_FALSE(catalog(server).operation);
  EXPECT_EQ(catalog(server).sync, "Synced");
}

TEST(ArgocdServerApi, RootPathAndWhatIsNotThere) {
  World world = sim::shop_world();
  world.root_path = "/argo";
  ArgocdServer server(world);
  EXPECT_EQ(get_catalog(server).status, 200);
  EXPECT_EQ(ask(server, "GET", "nothing").body, "Not Found\n");
  EXPECT_EQ(ask(server, "DELETE", "version").status, 405);
  EXPECT_EQ(ask(server, "POST", "applications/catalog/syncwindows").body, "Method Not Allowed\n");
}

TEST(ArgocdServerApi, OtherNamespaces) {
  World world = paused_world();
  world.apps[0].name_space = "shop";
  world.tokens[0].denied = {"update"};
  ArgocdServer server(world);
  EXPECT_EQ(get_catalog(server).status, 403);
  const Asked read = get_catalog(server, "?appNamespace=shop&project=shop");
  ASSERT_EQ(read.status, 200);
  EXPECT_EQ(ask(server, "PUT", "applications/catalog?validate=false", {.body = read.body})
                .json["message"],
            "permission denied: applications, update, shop/shop/catalog, sub: ana, iat: "
            "2026-11-21T09:00:00Z");
  EXPECT_EQ(roll_back(server, 0).status, 403);
  EXPECT_EQ(post_catalog(server, "rollback", {{"id", 0}, {"appNamespace", "shop"}}).status, 200);
  EXPECT_EQ(ask(server, "DELETE", "applications/catalog/operation").status, 403);
}

}  // namespace
}  // namespace backout::test
