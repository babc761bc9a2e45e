// How operations end in our Argo CD, what they prune, run, retry and record. Raw requests only.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "argocd_ask.h"
#include "argocd_server.h"

namespace backout::test {
namespace {

using sim::App;
using sim::Json;
using sim::Manifest;
using sim::sha;
using sim::Words;
using sim::World;

std::string message(const ArgocdServer& server) {
  const App app = catalog(server);
  return app.state ? app.state->message : std::string();
}
sim::Commit& commit(World& world, std::size_t index) {
  return world.git[sim::gitops].commits[index];
}

TEST(ArgocdServerSync, OneOperationAtATimeAndItsEnd) {
  ArgocdServer server;
  server.change([](World& world) { commit(world, 0).manifests[0].wave = 1; });
  server.change([](World& world) { commit(world, 0).manifests[0].health = "Progressing"; });
  const Asked none = ask(server, "DELETE", "applications/catalog/operation");
  EXPECT_EQ(none.status, 400);
  EXPECT_EQ(none.json["message"], "Unable to terminate operation. No operation is in progress");
  pause_auto_sync(server);
  roll_back(server, 0);
  server.advance(60);
  EXPECT_EQ(phase(server), "Running");
  EXPECT_EQ(message(server), "waiting for healthy state of apps/Deployment/catalog");
  EXPECT_EQ(roll_back(server, 1).json["code"], 9);
  EXPECT_EQ(ask(server, "DELETE", "applications/catalog/operation").status, 200);
  EXPECT_EQ(phase(server), "Terminating");
  EXPECT_EQ(roll_back(server, 1).status, 400);
  ASSERT_TRUE(wait_for_operation(server));
  EXPECT_EQ(phase(server), "Failed");
  EXPECT_EQ(roll_back(server, 1).status, 200);
}

// How an operation can end, of a commit that is unlike the others.
TEST(ArgocdServerSync, HowASyncEnds) {
  struct {
    const char* name;
    std::vector<Manifest> manifests;
    const char *render_error, *phase, *message;
  } const cases[] = {
      {"no waves: health does not matter",
       {{"Deployment", "catalog", "v9", "Degraded"}},
       "",
       "Succeeded",
       "successfully synced (all tasks run)"},
      {"waves: it does",
       {{"Deployment", "catalog", "v9", "Degraded"}, {"Service", "s", "x", "Healthy", 1}},
       "",
       "Failed",
       "one or more synchronization tasks completed unsuccessfully"},
      {"waves: it waits for ever",
       {{"Deployment", "catalog", "v9", "Suspended"}, {"Service", "s", "x", "Healthy", 1}},
       "",
       "Running",
       "waiting for healthy state of apps/Deployment/catalog"},
      {"a hook that fails",
       {{"Job", "migrate", "v9", "Degraded", 0, "PreSync"}, {"Deployment", "catalog", "v9"}},
       "",
       "Failed",
       "one or more synchronization tasks completed unsuccessfully"},
      {"a hook that never ends",
       {{"Job", "migrate", "v9", "Progressing", 0, "PreSync"}, {"Deployment", "catalog", "v9"}},
       "",
       "Running",
       "waiting for completion of hook batch/Job/migrate"},
      {"an immutable field",
       {{"Deployment", "catalog", "v9", "Healthy", 0, "", "field is immutable"}},
       "",
       "Failed",
       "one or more objects failed to apply"},
      {"it does not render",
       {},
       "template: no such key",
       "Error",
       "ComparisonError: Failed to load target state: failed to generate manifest for source 1 of "
       "1: rpc error: code = Unknown desc = template: no such key"},
  };
  for (const auto& one : cases) {
    ArgocdServer server;
    server.change([&](World& world) {
      sim::add_commit(world, sim::gitops, {sha('9'), one.manifests, one.render_error});
    });
    pause_auto_sync(server);
    const Asked asked = post_catalog(server, "sync", {{"revision", sha('9')}, {"prune", true}});
    ASSERT_EQ(asked.status, 200) << asked.body;
    server.advance(100);
    EXPECT_EQ(phase(server), one.phase) << one.name;
    EXPECT_EQ(message(server), one.message) << one.name;
    const std::size_t entries = std::string_view(one.phase) == "Succeeded" ? 3 : 2;
    EXPECT_EQ(catalog(server).history.size(), entries) << one.name;
  }
  // A revision that is gone from git is noticed as late.
  ArgocdServer server;
  pause_auto_sync(server);
  EXPECT_EQ(post_catalog(server, "sync", {{"revision", sha('7')}}).status, 200);
  server.advance(100);
  EXPECT_EQ(phase(server), "Error");
}

TEST(ArgocdServerSync, PruningIsAskedForAndMayWait) {
  struct {
    const char* option;
    bool prune;
    const char *status, *phase;
  } const cases[] = {
      {"", false, "PruneSkipped", "Succeeded"},
      {"", true, "Pruned", "Succeeded"},
      {"false", true, "PruneSkipped", "Succeeded"},
      {"confirm", true, "", "Running"},
  };
  for (const auto& one : cases) {
    World world = sim::shop_world();
    world.git[sim::gitops].commits[1].manifests.push_back(
        {.kind = "Service", .name = "extra", .content = "new", .prune = one.option});
    ArgocdServer server(world);
    server.advance(20);  // auto-sync adds it
    server.change([](World& changed) {
      commit(changed, 0).manifests[0].health = "Healthy";
      changed.app("catalog").live.push_back({commit(changed, 1).manifests.back()});
    });
    pause_auto_sync(server);
    roll_back(server, 0, one.prune);
    server.advance(60);
    EXPECT_EQ(phase(server), one.phase) << one.option;
    if (*one.status != 0)
      EXPECT_EQ(catalog(server).state->results.back().status, one.status) << one.option;
    else
      EXPECT_EQ(message(server), "waiting for pruning confirmation of /Service/extra");
  }
}

TEST(ArgocdServerSync, RollbackRunsNoHooksAndDoesNotRetry) {
  World world = sim::shop_world();
  for (sim::Commit& one : world.git[sim::gitops].commits)
    one.manifests.push_back({.kind = "Job", .name = "migrate", .content = "x", .hook = "PreSync"});
  world.git[sim::gitops].commits[0].manifests[1].apply_error = "quota";
  world.app("catalog").spec =
      R"({"project":"shop","source":{"repoURL":"https://git.example.com/gitops.git",)"
      R"("path":"apps/catalog","targetRevision":"main"},"syncPolicy":{"retry":{"limit":2}}})";
  for (const bool rollback : {true, false}) {
    ArgocdServer server(world);
    if (rollback)
      roll_back(server, 0);
    else
      post_catalog(server, "sync", {{"revision", sha('1')}});
    bool waited = false;  // Running, with an end: it waits for its next attempt
    ASSERT_TRUE(server.advance_until([&](const World& now) {
      const App& app = now.app("catalog");
      waited = waited || (app.state && app.state->phase == "Running" && app.state->finished > 0);
      return !app.operation;
    }));
    EXPECT_EQ(phase(server), "Failed");
    EXPECT_EQ(waited, !rollback);
    EXPECT_EQ(catalog(server).state->retries, rollback ? 0 : 2);
    EXPECT_EQ(catalog(server).hooks_run.size(), rollback ? 0U : 3U);
  }
}

TEST(ArgocdServerSync, ARetryWithRefreshForgetsItsRevision) {
  World world = sim::shop_world();
  world.git[sim::gitops].commits[0].manifests[0].apply_error = "quota";
  for (const char* version : {"v3.1.0", "v3.2.0"}) {
    world.version = version;
    ArgocdServer server(world);
    pause_auto_sync(server);
    post_catalog(server, "sync",
                 {{"revision", sha('1')}, {"retryStrategy", {{"limit", 3}, {"refresh", true}}}});
    ASSERT_TRUE(wait_for_operation(server));
    EXPECT_EQ(phase(server), world.version == "v3.2.0" ? "Succeeded" : "Failed");
    EXPECT_EQ(catalog(server).state->revisions, Words{sha(world.version == "v3.2.0" ? '2' : '1')});
  }
}

TEST(ArgocdServerSync, HistoryKeepsWhatItKeeps) {
  World world = sim::shop_world();
  Json spec = Json::parse(world.app("catalog").spec);
  spec["revisionHistoryLimit"] = 3;
  spec["syncPolicy"].erase("automated");
  world.app("catalog").spec = spec.dump();
  ArgocdServer server(world);
  const auto ids = [&] {
    std::string out;
    for (const sim::Deployed& one : catalog(server).history) out += fmt::format("{} ", one.id);
    return out;
  };
  const auto sync = [&](Json body) {
    body["revision"] = sha('1');
    EXPECT_EQ(post_catalog(server, "sync", body).status, 200);
    ASSERT_TRUE(wait_for_operation(server));
  };
  sync({{"dryRun", true}});
  EXPECT_EQ(ids(), "0 1 ");
  EXPECT_EQ(sim::live_content(catalog(server), "Deployment", "catalog"), "ghcr.io/acme/catalog:v2");
  sync({{"resources", {{{"kind", "Service"}, {"name", "catalog"}}}}});
  EXPECT_EQ(ids(), "0 1 ");
  sync(Json::object());
  EXPECT_EQ(ids(), "0 1 2 ");
  roll_back(server, 1);
  ASSERT_TRUE(wait_for_operation(server));
  EXPECT_EQ(ids(), "1 2 3 ");  // "the one before" is now the good one, and then the bad one
  EXPECT_EQ(roll_back(server, 0).json["message"],
            "application argocd/catalog does not have deployment with id 0");
  EXPECT_EQ(roll_back(server, 0).json["code"], 3);
}

TEST(ArgocdServerSync, WhatIsTerminatingIsNotRevived) {
  ArgocdServer server;
  pause_auto_sync(server);
  server.change([](World& world) {
    sim::Live& live = world.app("catalog").live[0];
    live.deleting = true;
    live.gone = world.now + 30;
  });
  roll_back(server, 0);
  ASSERT_TRUE(wait_for_operation(server));
  EXPECT_EQ(phase(server), "Succeeded");
  server.advance(60);
  EXPECT_EQ(catalog(server).live.size(), 1U);
  EXPECT_EQ(catalog(server).health, "Missing");
}

TEST(ArgocdServerSync, MissingObjectsCountBefore34) {
  for (const char* version : {"v3.3.9", "v3.4.0"}) {
    World world = sim::shop_world();
    world.version = version;
    world.git[sim::gitops].commits[1].manifests.push_back({"Service", "extra", "new"});
    ArgocdServer server(world);
    server.advance(1);
    pause_auto_sync(server);
    roll_back(server, 0, true);
    ASSERT_TRUE(wait_for_operation(server));
    server.advance(20);
    EXPECT_EQ(catalog(server).health, world.version == "v3.4.0" ? "Healthy" : "Missing");
  }
}

TEST(ArgocdServerSync, RetriesWithoutEndHoldTheSlot) {
  World world = sim::shop_world();
  world.git[sim::gitops].commits[0].manifests[0].apply_error = "quota";
  ArgocdServer server(world);
  pause_auto_sync(server);
  post_catalog(server, "sync", {{"revision", sha('1')}, {"retryStrategy", {{"limit", -1}}}});
  server.advance(500);
  EXPECT_EQ(phase(server), "Running");
  EXPECT_GT(catalog(server).state->retries, 20);
  EXPECT_EQ(roll_back(server, 0).status, 400);
  EXPECT_EQ(ask(server, "DELETE", "applications/catalog/operation").status, 200);
  ASSERT_TRUE(wait_for_operation(server));
  EXPECT_EQ(phase(server), "Failed");
}

// Parameters in the spec come back with a rollback, and with no sync to a revision.
TEST(ArgocdServerSync, ARollbackBringsHistoricParametersBack) {
  World world = sim::shop_world();
  Json spec = Json::parse(world.app("catalog").spec);
  spec["syncPolicy"].erase("automated");
  Json old = spec["source"];
  old["helm"]["parameters"] = Json::array({{{"name", "tag"}, {"value", "old"}}});
  world.app("catalog").history[0].sources = {old.dump()};
  spec["source"]["helm"]["parameters"] = Json::array({{{"name", "tag"}, {"value", "new"}}});
  world.app("catalog").spec = spec.dump();
  for (const bool rollback : {true, false}) {
    ArgocdServer server(world);
    if (rollback)
      roll_back(server, 0);
    else
      post_catalog(server, "sync", {{"revision", sha('1')}});
    ASSERT_TRUE(wait_for_operation(server));
    const std::string live = sim::live_content(catalog(server), "Deployment", "catalog");
    EXPECT_NE(live.find(rollback ? "old" : "new"), std::string::npos) << live;
    EXPECT_EQ(catalog(server).spec, spec.dump());
  }
}

}  // namespace
}  // namespace backout::test
