// Those who act by themselves in our Argo CD: auto-sync, self-heal, ApplicationSets, parents, the
// image updater, Argo Rollouts. Raw requests only.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "argocd_ask.h"
#include "argocd_controller.h"

namespace backout::test {
namespace {

using sim::App;
using sim::Json;
using sim::Rollout;
using sim::sha;
using sim::Words;
using sim::World;

bool paused(const ArgocdServer& server) {
  return !sim::auto_sync_on(server.world(), Json::parse(catalog(server).spec));
}
Asked switch_off(const ArgocdServer& server) {
  return patch_catalog(
      server, {{{"op", "add"}, {"path", "/spec/syncPolicy/automated/enabled"}, {"value", false}}});
}

TEST(ArgocdServerControllers, SelfHealIsPartialAndUnrecorded) {
  ArgocdServer server;
  server.change([](World& world) { world.app("catalog").live[0].is.content = "hotfix"; });
  server.advance(30);
  EXPECT_EQ(sim::live_content(catalog(server), "Deployment", "catalog"), "ghcr.io/acme/catalog:v2");
  EXPECT_EQ(catalog(server).history.size(), 2U);
  EXPECT_FALSE(catalog(server).state->operation.resources.empty());
}

TEST(ArgocdServerControllers, AFailedRevisionIsTriedOnce) {
  ArgocdServer server;
  server.change([](World& world) {
    sim::add_commit(world, sim::gitops,
                    {sha('3'), {{"Deployment", "catalog", "v3", "Healthy", 0, "", "quota"}}});
    sim::set_ref(world, sim::gitops, "main", sha('3'));
  });
  get_catalog(server, "?refresh=normal");
  server.advance(600);
  EXPECT_EQ(phase(server), "Failed");
  EXPECT_EQ(catalog(server).state->retries, 5);   // auto-sync's own limit
  EXPECT_EQ(catalog(server).history.size(), 2U);  // so the last entry is the good one
  ASSERT_FALSE(catalog(server).conditions.empty());
  EXPECT_TRUE(
      catalog(server).conditions[0].message.starts_with("Failed last sync attempt to [333"));
}

TEST(ArgocdServerControllers, NothingIsNotDeployed) {
  ArgocdServer server;
  server.change([](World& world) {
    sim::add_commit(world, sim::gitops, {sha('3'), {}});
    sim::set_ref(world, sim::gitops, "main", sha('3'));
  });
  get_catalog(server, "?refresh=normal");
  server.advance(60);
  EXPECT_EQ(catalog(server).live.size(), 2U);
  EXPECT_EQ(catalog(server).conditions[0].type, "SyncError");
}

// Who puts auto-sync back, and when not.
TEST(ArgocdServerControllers, Opponents) {
  struct {
    const char* name;
    std::function<void(World&)> with;
    bool removed, switched_off;  // stays off when it was removed, or has `enabled: false`
  } const cases[] = {
      {"nobody", [](World&) {}, true, true},
      {"ApplicationSet",
       [](World& world) {
         world.sets = {{.name = "shops"}};
         world.app("catalog").owners = {{"ApplicationSet", "shops"}};
       },
       false, false},
      {"ApplicationSet, create-only",
       [](World& world) {
         world.sets = {{.name = "shops", .applications_sync = "create-only"}};
         world.app("catalog").owners = {{"ApplicationSet", "shops"}};
       },
       true, true},
      {"ApplicationSet that ignores it",
       [](World& world) {
         world.sets = {{.name = "shops", .ignored_pointers = {"/spec/syncPolicy/automated"}}};
         world.app("catalog").owners = {{"ApplicationSet", "shops"}};
       },
       true, true},
      {"ApplicationSet that ignores values and not keys (#25071)",
       [](World& world) {
         world.sets = {{.name = "shops",
                        .ignored_pointers = {"/spec/syncPolicy/automated"},
                        .puts_back_removed = true}};
         world.app("catalog").owners = {{"ApplicationSet", "shops"}};
       },
       false, true},
      {"self-healing parent, whose manifest says nothing of `enabled`",
       [](World& world) {
         sim::add_app(world, {.name = "apps", .spec = world.app("catalog").spec}, {{sha('2')}});
         world.app("catalog").annotations["argocd.argoproj.io/tracking-id"] =
             "apps:argoproj.io/Application:argocd/catalog";
       },
       false, true},
      {"parent found by label",
       [](World& world) {
         sim::add_app(world, {.name = "apps", .spec = world.app("catalog").spec}, {{sha('2')}});
         world.tracking = "label";
         world.app("catalog").labels["app.kubernetes.io/instance"] = "apps";
       },
       false, true},
      {"parent without self-heal",
       [](World& world) {
         sim::add_app(
             world,
             {.name = "apps",
              .spec =
                  R"({"project":"shop","source":{"repoURL":"https://git.example.com/gitops.git",)"
                  R"("path":"apps"},"syncPolicy":{"automated":{}}})"},
             {{sha('2')}});
         world.app("catalog").annotations["argocd.argoproj.io/tracking-id"] =
             "apps:argoproj.io/Application:argocd/catalog";
       },
       true, true},
  };
  for (const auto& one : cases)
    for (const bool remove : {true, false}) {
      World world = sim::shop_world();
      one.with(world);
      ArgocdServer server(world);
      ASSERT_EQ((remove ? pause_auto_sync(server) : switch_off(server)).status, 200);
      EXPECT_TRUE(paused(server));
      server.advance(10);
      EXPECT_EQ(paused(server), remove ? one.removed : one.switched_off) << one.name << remove;
    }
}

TEST(ArgocdServerControllers, AParentsSyncBringsAutoSyncBack) {
  World world = sim::shop_world();
  Json spec = Json::parse(world.app("catalog").spec);
  spec["syncPolicy"]["automated"] = Json::object();  // no self-heal
  sim::add_app(world, {.name = "apps", .spec = spec.dump()}, {{sha('2')}});
  world.app("catalog").annotations["argocd.argoproj.io/tracking-id"] =
      "apps:argoproj.io/Application:argocd/catalog";
  ArgocdServer server(world);
  pause_auto_sync(server);
  server.advance(30);
  EXPECT_TRUE(paused(server));
  EXPECT_EQ(ask(server, "POST", "applications/apps/sync", {.body = "{}"}).status, 200);
  server.advance(30);
  EXPECT_FALSE(paused(server));
}

TEST(ArgocdServerControllers, AnnotationsOfOthersAreWiped) {
  World world = sim::shop_world();
  world.sets = {{.name = "shops",
                 .ignored_pointers = {"/spec/syncPolicy"},
                 .preserved_annotations = {"kept"}}};
  world.app("catalog").owners = {{"ApplicationSet", "shops"}};
  ArgocdServer server(world);
  patch_catalog(server, {{{"op", "add"},
                          {"path", "/metadata/annotations"},
                          {"value", {{"kept", "1"}, {"journal", "2"}}}}});
  server.advance(10);
  EXPECT_EQ(catalog(server).annotations.count("kept"), 1U);
  EXPECT_EQ(catalog(server).annotations.count("journal"), 0U);
}

// RollingSync switches auto-sync off and starts operations itself, when there is a new revision.
TEST(ArgocdServerControllers, RollingSync) {
  World world = sim::shop_world();
  world.sets = {{.name = "shops", .rolling_sync = true}};
  world.app("catalog").owners = {{"ApplicationSet", "shops"}};
  world.app("catalog").rolled = {sha('2')};
  ArgocdServer server(world);
  server.advance(10);
  EXPECT_TRUE(paused(server));
  ASSERT_EQ(roll_back(server, 0).status, 200);
  ASSERT_TRUE(wait_for_operation(server));
  server.advance(300);
  EXPECT_EQ(sim::deployed(catalog(server)), Words{sha('1')});
  server.change([](World& changed) {
    sim::add_commit(changed, sim::gitops, {sha('3'), {{"Deployment", "catalog", "v3"}}});
    sim::set_ref(changed, sim::gitops, "main", sha('3'));
  });
  server.advance(300);
  EXPECT_EQ(sim::deployed(catalog(server)), Words{sha('3')});
}

TEST(ArgocdServerControllers, TheImageUpdaterPutsTheNewestTagBack) {
  World world = sim::shop_world();
  world.app("catalog").annotations["argocd-image-updater.argoproj.io/image-list"] = "catalog";
  world.app("catalog").newest_image = "ghcr.io/acme/catalog:v2";
  ArgocdServer server(world);
  server.advance(30);
  EXPECT_NE(catalog(server).spec.find("\"images\":[\"ghcr.io/acme/catalog:v2\"]"),
            std::string::npos);
}

// ---- Rollouts

constexpr const char* rollout_query =
    "?group=argoproj.io&kind=Rollout&version=v1alpha1&namespace=shop&resourceName=web";

// Like shop_world(), without auto-sync and with Rollout `web`: version 1 is deployed, `main` is 2.
World rollout_world() {
  World world = sim::shop_world();
  for (sim::Commit& commit : world.git[sim::gitops].commits)
    commit.manifests = {{"Rollout", "web", "ghcr.io/web:" + commit.sha.substr(0, 1)}};
  world.apps.clear();
  App app{.name = "catalog"};
  app.spec =
      R"({"project":"shop","source":{"repoURL":"https://git.example.com/gitops.git","path":"p","targetRevision":"main"}})";
  sim::add_app(world, app, {{sha('1')}});
  return world;
}
Rollout web(const ArgocdServer& server) {
  const App app = catalog(server);
  return *sim::find_rollout(app, "web");
}
Asked act(const ArgocdServer& server, const char* action) {
  return post_catalog(server, "resource/actions/v2",
                      {{"name", "catalog"},
                       {"group", "argoproj.io"},
                       {"kind", "Rollout"},
                       {"version", "v1alpha1"},
                       {"namespace", "shop"},
                       {"resourceName", "web"},
                       {"action", action}});
}
std::string enabled_actions(const ArgocdServer& server) {
  std::string out;
  const Asked asked =
      ask(server, "GET", std::string("applications/catalog/resource/actions") + rollout_query);
  for (const Json& one : asked.json["actions"])
    if (!one.value("disabled", false)) out += one.value("name", "") + " ";
  return out;
}
// Deploys version 2 up to its pause.
void start_canary(ArgocdServer& server) {
  ASSERT_EQ(post_catalog(server, "sync", Json::object()).status, 200);
  ASSERT_TRUE(server.advance_until(
      [](const World& world) { return world.app("catalog").rollouts[0].phase == "Paused"; }));
}

TEST(ArgocdServerControllers, ACanaryThatIsAborted) {
  ArgocdServer server(rollout_world());
  EXPECT_EQ(enabled_actions(server), "restart ");
  start_canary(server);
  EXPECT_EQ(web(server).weight, 20);
  server.advance(5);
  EXPECT_EQ(catalog(server).health, "Suspended");
  EXPECT_EQ(enabled_actions(server), "abort promote-full restart resume pause skip-current-step ");
  ASSERT_EQ(act(server, "abort").status, 200);
  server.advance(1);
  EXPECT_EQ(web(server).weight, 0);
  EXPECT_LT(web(server).stable_available, 3);
  server.advance(10);
  EXPECT_EQ(web(server).stable_available, 2);
  EXPECT_EQ(web(server).canary_available, 0);
  EXPECT_EQ(web(server).phase, "Degraded");
  EXPECT_EQ(catalog(server).health, "Degraded");
  EXPECT_EQ(catalog(server).sync, "Synced");  // the template still has the bad image
  EXPECT_EQ(web(server).image, "ghcr.io/web:2");
  EXPECT_EQ(enabled_actions(server), "promote-full restart retry pause skip-current-step ");
  // The stable template again: no steps.
  roll_back(server, 0);
  ASSERT_TRUE(wait_for_operation(server));
  server.advance(10);
  EXPECT_EQ(web(server).phase, "Healthy");
  EXPECT_EQ(web(server).hashes.size(), 2U);
}

TEST(ArgocdServerControllers, AFullyPromotedRolloutStartsAnewAndPromoteFullMustWait) {
  struct {
    const char* name;
    bool early, late;
    int window;
    const char* phase;
  } const cases[] = {
      {"a canary of its own", false, false, 0, "Paused"},
      {"sent before the template was seen", true, false, 0, "Paused"},
      {"sent after", false, true, 0, "Healthy"},
      {"within the rollback window", false, false, 1, "Healthy"},
  };
  for (const auto& one : cases) {
    ArgocdServer server(rollout_world());
    server.change(
        [&](World& world) { world.app("catalog").rollouts[0].rollback_window = one.window; });
    start_canary(server);
    ASSERT_EQ(act(server, "promote-full").status, 200);
    server.advance(10);
    ASSERT_EQ(web(server).phase, "Healthy");
    ASSERT_EQ(web(server).stable, sim::pod_hash("ghcr.io/web:2"));
    roll_back(server, 0);
    ASSERT_TRUE(wait_for_operation(server));
    EXPECT_NE(web(server).generation, web(server).observed);
    if (one.early) {
      EXPECT_EQ(enabled_actions(server).find("promote-full"), std::string::npos);
      EXPECT_EQ(act(server, "promote-full").status, 200);  // disabled, and done all the same
    }
    server.advance(10);
    EXPECT_EQ(web(server).generation, web(server).observed);
    if (one.late) {
      EXPECT_EQ(act(server, "promote-full").status, 200);
    }
    server.advance(10);
    EXPECT_EQ(web(server).phase, one.phase) << one.name;
    EXPECT_FALSE(web(server).promote_full) << one.name;
  }
}

TEST(ArgocdServerControllers, AbortWaitsForWhatIsStronger) {
  World world = rollout_world();
  world.git[sim::gitops].commits[1].manifests[0].health = "Degraded";  // it crashes
  ArgocdServer server(world);
  post_catalog(server, "sync", Json::object());
  server.advance(15);
  EXPECT_EQ(web(server).phase, "Progressing");
  act(server, "promote-full");
  server.advance(2);
  act(server, "abort");
  server.advance(20);
  EXPECT_NE(web(server).weight, 0);  // argo-rollouts #4461
  server.change([](World& changed) { changed.app("catalog").rollouts[0].promote_full = false; });
  act(server, "pause");
  server.advance(20);
  EXPECT_EQ(web(server).phase, "Paused");  // argo-rollouts #3756
  act(server, "resume");
  server.advance(20);
  EXPECT_EQ(web(server).weight, 0);
}

TEST(ArgocdServerControllers, StepsRetryAndTheDeadline) {
  ArgocdServer server(rollout_world());
  start_canary(server);
  ASSERT_EQ(act(server, "abort").status, 200);
  server.advance(10);
  ASSERT_EQ(act(server, "retry").status, 200);
  server.advance(10);
  EXPECT_EQ(web(server).phase, "Paused");
  ASSERT_EQ(act(server, "resume").status, 200);
  server.advance(10);
  EXPECT_EQ(web(server).phase, "Healthy");
  EXPECT_EQ(act(server, "undo").status, 500);

  server.change([](World& changed) {
    sim::add_commit(changed, sim::gitops,
                    {sha('3'), {{"Rollout", "web", "ghcr.io/web:3", "Degraded"}}});
  });
  post_catalog(server, "sync", {{"revision", sha('3')}});
  server.advance(700);
  EXPECT_EQ(web(server).phase, "Degraded");
  EXPECT_TRUE(web(server).message.starts_with("ProgressDeadlineExceeded"));
  EXPECT_EQ(web(server).stable_available, 1);
}

// A paused Rollout in an early wave holds the operation; its actions are possible meanwhile.
TEST(ArgocdServerControllers, APausedRolloutHoldsItsWave) {
  World world = rollout_world();
  world.git[sim::gitops].commits[1].manifests.push_back({"Service", "late", "x", "Healthy", 1});
  ArgocdServer server(world);
  start_canary(server);
  server.advance(100);
  EXPECT_EQ(phase(server), "Running");
  EXPECT_EQ(catalog(server).state->message, "waiting for healthy state of argoproj.io/Rollout/web");
  act(server, "promote-full");
  ASSERT_TRUE(wait_for_operation(server));
  EXPECT_EQ(phase(server), "Succeeded");
}

TEST(ArgocdServerControllers, TheLiveRolloutIsSeen) {
  ArgocdServer server(rollout_world());
  start_canary(server);
  const Asked live =
      ask(server, "GET", std::string("applications/catalog/resource") + rollout_query);
  const Json rollout = Json::parse(std::string(live.json["manifest"]));
  EXPECT_EQ(rollout["status"]["phase"], "Paused");
  EXPECT_EQ(rollout["status"]["pauseConditions"][0]["reason"], "CanaryPauseStep");
  EXPECT_EQ(rollout["status"]["observedGeneration"], "2");  // a string, in a Rollout
  EXPECT_EQ(rollout["metadata"]["generation"], 2);
  EXPECT_EQ(rollout["status"]["canary"]["weights"]["canary"]["weight"], 20);
  const Json tree = ask(server, "GET", "applications/catalog/resource-tree").json;
  EXPECT_EQ(tree["nodes"].size(), 3U);  // with two ReplicaSets
  EXPECT_EQ(
      ask(server, "GET", std::string("applications/catalog/resource") + "?kind=Rollout").status,
      400);
}

}  // namespace
}  // namespace backout::test
