// The API of our Argo CD: what it refuses, in which order and in which words; what it ignores
// without a word; versions; faults. Raw requests only.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "argocd_ask.h"
#include "argocd_controller.h"
#include "argocd_swagger.h"

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

// Several sources: `revision` is ignored, and so are `revisions` without positions.
TEST(ArgocdServerApi, SeveralSources) {
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

TEST(ArgocdServerApi, ARevisionOtherThanTheTarget) {
  World world = sim::shop_world();
  world.version = "v3.3.0";
  ArgocdServer server(world);
  const auto sync = [&](Json body) { return post_catalog(server, "sync", std::move(body)); };
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

TEST(ArgocdServerApi, Versions) {
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

TEST(ArgocdServerApi, Faults) {
  using Kind = Fault::Kind;
  struct {
    Fault fault;
    int status;
    bool applied;
  } const cases[] = {
      {{.kind = Kind::reset_before}, 0, false},
      {{.kind = Kind::reset_after}, 0, true},
      {{.kind = Kind::half_reply}, 0, true},
      {{.kind = Kind::status, .status = 503, .retry_after = 1}, 503, false},
      {{.kind = Kind::html, .status = 502}, 502, false},
      {{.kind = Kind::slow, .delay_ms = 2000}, 0, true},
      {{.kind = Kind::unauthorized}, 401, false},
  };
  for (auto one : cases) {
    ArgocdServer server(paused_world());
    one.fault.method = "POST";
    one.fault.path = "/rollback";
    server.add_fault(one.fault);
    EXPECT_EQ(get_catalog(server).status, 200);
    const Asked asked = ask(server, "POST", "applications/catalog/rollback",
                            {.body = R"({"id":0})", .timeout_ms = 500});
    EXPECT_EQ(asked.status, one.status);
    EXPECT_EQ(catalog(server).operation.has_value(), one.applied);
    const int after = one.fault.kind == Kind::unauthorized ? 401 : 200;
    EXPECT_EQ(get_catalog(server).status, after);
  }
  ArgocdServer server;
  server.add_fault({.kind = Kind::status, .request = 2, .status = 429});
  EXPECT_EQ(get_catalog(server).status, 200);
  EXPECT_EQ(get_catalog(server).status, 429);
  EXPECT_EQ(get_catalog(server).status, 200);
  server.change([](World& world) { world.tokens[0].valid_requests = 1; });
  EXPECT_EQ(get_catalog(server).status, 200);
  EXPECT_EQ(get_catalog(server).json["message"],
            "invalid session: token has invalid claims: token is expired");
  server.change([](World& world) {
    world.tokens[0].valid_requests = -1;
    world.pace.refresh_delay_ms = 60'000;
  });
  EXPECT_EQ(ask(server, "GET", "applications/catalog?refresh=normal", {.timeout_ms = 100}).status,
            0);
}

TEST(ArgocdServerApi, HooksAroundEachRequest) {
  ArgocdServer server(paused_world());
  std::string seen;
  When breaks = When::before;
  server.set_hook([&](const HttpRequest& request, When when) {
    seen += fmt::format("{} {} ", request.method, when == When::before ? "before" : "after");
    return request.method == "GET" || when != breaks;
  });
  EXPECT_EQ(roll_back(server, 0).status, 0);
  EXPECT_FALSE(catalog(server).operation);
  breaks = When::after;
  EXPECT_EQ(roll_back(server, 0).status, 0);
  EXPECT_TRUE(catalog(server).operation);
  EXPECT_EQ(get_catalog(server).status, 200);
  EXPECT_EQ(seen, "POST before POST before POST after GET before GET after ");
}

// The spec comes back as it was put, whatever its numbers and their order.
TEST(ArgocdServerApi, SpecsKeepTheirBytes) {
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

TEST(ArgocdServerApi, RootPathAndWhatIsNotThere) {
  World world = sim::shop_world();
  world.root_path = "/argo";
  ArgocdServer server(world);
  EXPECT_EQ(get_catalog(server).status, 200);
  EXPECT_EQ(ask(server, "GET", "nothing").body, "Not Found\n");
  EXPECT_EQ(ask(server, "DELETE", "version").status, 405);
  EXPECT_EQ(ask(server, "POST", "applications/catalog/syncwindows").body, "Method Not Allowed\n");
}

// Answers, too, are as Argo CD describes them.
TEST(ArgocdServerApi, AnswersAreThoseOfTheApi) {
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

TEST(ArgocdServerApi, TheContractIsNoticed) {
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
