// Those who act by themselves in our Argo CD: auto-sync, self-heal, ApplicationSets, parents, the
// image updater. Raw requests only.
#include <gtest/gtest.h>

#include "argocd_ask.h"

namespace backout::test {
namespace {

using sim::Json;
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

// A revert belongs into the dry source: in the hydrated branch it lasts until the next hydration.
TEST(ArgocdServerControllers, TheHydratorCommitsAgain) {
  World world = sim::shop_world();
  world.app("catalog").spec =
      R"({"project":"shop","sourceHydrator":{"drySource":{"repoURL":"https://git.example.com/gitops.git",)"
      R"("path":"apps/catalog","targetRevision":"main"},"syncSource":{"path":"apps/catalog","targetBranch":"env"}},)"
      R"("syncPolicy":{"automated":{}}})";
  ArgocdServer server(world);
  server.advance(30);
  EXPECT_EQ(catalog(server).compared, Words{server.world().git[sim::gitops].refs["env"]});
  const Json status = get_catalog(server).json["status"]["sourceHydrator"];
  EXPECT_EQ(status["currentOperation"]["phase"], "Hydrated");
  EXPECT_EQ(status["currentOperation"]["drySHA"], sha('2'));
  server.change([](World& changed) {
    sim::Commit revert = changed.git[sim::gitops].commits[0];
    revert.sha = sha('3');
    sim::add_commit(changed, sim::gitops, revert);
    sim::set_ref(changed, sim::gitops, "env", sha('3'));
  });
  get_catalog(server, "?refresh=normal");
  server.advance(30);
  EXPECT_EQ(sim::live_content(catalog(server), "Deployment", "catalog"), "ghcr.io/acme/catalog:v1");
  server.change([](World& changed) {
    sim::Commit next = changed.git[sim::gitops].commits[1];
    next.sha = sha('4');
    sim::add_commit(changed, sim::gitops, next);
    sim::set_ref(changed, sim::gitops, "main", sha('4'));
  });
  server.advance(30);
  EXPECT_EQ(sim::live_content(catalog(server), "Deployment", "catalog"), "ghcr.io/acme/catalog:v2");
}

}  // namespace
}  // namespace backout::test
