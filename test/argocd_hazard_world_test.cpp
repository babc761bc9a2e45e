// Hazards against an Argo CD that behaves as the real one: what is foretold is what then happens,
// and looking changes nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "argocd/change.h"
#include "argocd/hazard.h"
#include "argocd/target.h"
#include "argocd_ask.h"
#include "argocd_swagger.h"

namespace backout::test {
namespace {

using argocd::Assessment;
using argocd::Hazard;
using argocd::HazardKind;
using argocd::Purpose;
using argocd::Question;
using sim::sha;
using sim::World;

argocd::Client client_of(const ArgocdServer& server) {
  argocd::Client out{argocd::Settings{}};
  out.settings.url = server.url();
  out.settings.token = server.token;
  out.settings.retries = 0;
  return out;
}

// What somebody who goes back to the deployment before is told.
Assessment look(const ArgocdServer& server, Question question = {}) {
  argocd::Client client = client_of(server);
  const auto app = argocd::get_application(client, {"catalog", "", ""});
  EXPECT_TRUE(app) << app.error().message;
  if (question.purpose == Purpose::rollback) {
    const auto target = argocd::choose_target(*app, {});
    EXPECT_TRUE(target) << target.error().message;
    question.target = target->deployment;
  }
  const int mutations = server.mutations(), before = server.requests();
  Assessment out = argocd::assess(client, *app, question);
  EXPECT_EQ(server.mutations(), mutations);
  EXPECT_LE(server.requests() - before, 15);
  expect_contract(server);
  return out;
}

std::string kinds(const Assessment& assessment) {
  std::string out;
  for (const Hazard& one : assessment.hazards)
    out += std::string(out.empty() ? "" : " ") + std::string(argocd::name_of(one.kind)) +
           (one.blocking ? "!" : "");
  return out;
}
std::string all(const Assessment& assessment) {
  std::string out;
  for (const Hazard& one : assessment.hazards) out += one.message + " [" + one.remedy + "]\n";
  for (const std::string& fact : argocd::in_words(assessment)) out += fact + '\n';
  return out;
}

struct Case {
  const char* name;
  std::function<void(World&)> with;
  const char* hazards;  // all of them
  const char* says;
};

void follow(World& world, char digit, std::vector<sim::Manifest> manifests) {
  for (sim::Commit& commit : world.git[sim::gitops].commits) {
    if (commit.sha != sha(digit)) continue;
    commit.manifests = std::move(manifests);
    return;
  }
}

TEST(ArgocdHazardWorld, WhatIsTold) {
  const sim::Manifest deployment{"Deployment", "catalog", "ghcr.io/acme/catalog:v1"};
  const sim::Manifest service{"Service", "catalog", "port 80"};
  const Case cases[] = {
      {"nothing", [](World&) {}, "", "Argo CD v3.1.2+0123456, as `ana`"},
      {"window", [](World& world) { world.app("catalog").windows = {{.schedule = "0 22 * * *"}}; },
       "sync-window!", "a deny window is active (`0 22 * * *` for 1h)"},
      {"window for automatic syncs",
       [](World& world) { world.app("catalog").windows = {{.manual_sync = true}}; }, "",
       "1 sync window assigned, none blocks now"},
      {"rights",
       [](World& world) {
         world.tokens[0].denied = {"update", "sync"};
       },
       "missing-right! missing-right!", "`p, ana, applications, update, shop/catalog, allow`"},
      {"rights at a new server",
       [](World& world) {
         world.version = "v3.6.0";
         world.rollback_right = true;
         world.tokens[0].denied = {"update", "rollback"};
       },
       "missing-right missing-right", "toggle-auto-sync"},
      {"ApplicationSet",
       [](World& world) {
         world.sets = {{.name = "shops"}};
         world.app("catalog").owners = {{"ApplicationSet", "shops"}};
       },
       "application-set!", "made by ApplicationSet `shops`"},
      {"ApplicationSet that nobody may read",
       [](World& world) {
         world.sets = {{.name = "shops"}};
         world.app("catalog").owners = {{"ApplicationSet", "shops"}};
         world.tokens[0].denied = {"applicationsets/get"};
       },
       "not-known", "applicationsets, get"},
      {"parent",
       [](World& world) {
         sim::add_app(world, {.name = "apps", .spec = world.app("catalog").spec}, {{sha('2')}});
         world.app("catalog").annotations["argocd.argoproj.io/tracking-id"] =
             "apps:argoproj.io/Application:argocd/catalog";
       },
       "parent!", "its manifest is held by application `argocd/apps`"},
      {"a new object, a hook",
       [=](World& world) {
         const sim::Manifest hook{
             .kind = "Job", .name = "migrate", .content = "x", .hook = "PreSync"};
         follow(world, '1', {deployment, service, hook});
         const sim::Manifest settings{"ConfigMap", "new", "x"};
         follow(world, '2', {deployment, service, settings});
         world.app("catalog").live.push_back({settings});
       },
       "left-behind hooks-skipped", "ConfigMap `shop/new`"},
      {"cannot be rendered",
       [](World& world) {
         for (sim::Commit& commit : world.git[sim::gitops].commits)
           commit.render_error = "helm template failed";
       },
       "not-known", "which objects stay behind and which hooks are left out is not known"},
      {"an object in deletion", [](World& world) { world.app("catalog").live[1].deleting = true; },
       "being-deleted", "Service `shop/catalog`"},
      {"old server", [](World& world) { world.version = "v2.9.0"; }, "", "Argo CD v2.9.0"},
  };
  for (const Case& one : cases) {
    World world = sim::shop_world();
    one.with(world);
    const ArgocdServer server(world);
    const Assessment assessment = look(server);
    EXPECT_EQ(kinds(assessment), one.hazards) << one.name << "\n" << all(assessment);
    EXPECT_NE(all(assessment).find(one.says), std::string::npos) << one.name << "\n"
                                                                 << all(assessment);
  }
}

// Turns auto-sync off as a release does it, and lets time pass.
bool stays_paused(ArgocdServer& server, bool remove) {
  argocd::Client client = client_of(server);
  const auto done = argocd::patch_application(
      client, {"catalog", "argocd", "shop"},
      remove ? R"([{"op":"remove","path":"/spec/syncPolicy/automated"}])"
             : R"([{"op":"add","path":"/spec/syncPolicy/automated/enabled","value":false}])");
  EXPECT_EQ(done.kind, argocd::Outcome::Kind::done) << done.error.message;
  server.advance(30);
  return !sim::auto_sync_on(server.world(), sim::Json::parse(catalog(server).spec));
}

TEST(ArgocdHazardWorld, WhoeverTurnsAutoSyncOnAgainIsForetold) {
  const auto owned = [](sim::ApplicationSet set) {
    return [set](World& world) {
      world.sets = {set};
      world.app("catalog").owners = {{"ApplicationSet", set.name}};
    };
  };
  const auto held = [](std::string spec) {
    return [spec](World& world) {
      sim::add_app(world, {.name = "apps", .spec = spec}, {{sha('2')}});
      world.app("catalog").annotations["argocd.argoproj.io/tracking-id"] =
          "apps:argoproj.io/Application:argocd/catalog";
    };
  };
  const std::string source =
      R"({"project":"shop","source":{"repoURL":"https://git.example.com/gitops.git","path":"apps"})";
  const std::function<void(World&)> cases[] = {
      [](World&) {},
      owned({.name = "shops"}),
      owned({.name = "shops", .applications_sync = "create-only"}),
      owned({.name = "shops", .ignored_pointers = {"/spec/syncPolicy"}}),
      owned({.name = "shops", .ignored_jq = {".spec.syncPolicy.automated"}}),
      owned({.name = "shops", .ignored_pointers = {"/spec/destination"}}),
      held(source + R"(,"syncPolicy":{"automated":{"selfHeal":true}}})"),
      held(source + R"(,"syncPolicy":{"automated":{}}})"),
      held(source + "}"),
      held(
          source +
          R"(,"syncPolicy":{"automated":{"selfHeal":true},"syncOptions":["RespectIgnoreDifferences=true"]},)"
          R"("ignoreDifferences":[{"group":"argoproj.io","kind":"Application","jsonPointers":["/spec/syncPolicy"]}]})"),
  };
  int fought = 0;
  for (std::size_t i = 0; i < std::size(cases); ++i)
    for (const bool old : {false, true}) {
      World world = sim::shop_world();
      if (old) world.version = "v3.0.6";
      cases[i](world);
      ArgocdServer server(world);
      const Assessment told = look(server, {.purpose = Purpose::pause});
      const bool blocked = std::any_of(told.hazards.begin(), told.hazards.end(),
                                       [](const Hazard& one) { return one.blocking; });
      const bool stays = stays_paused(server, old);
      fought += stays ? 0 : 1;
      EXPECT_TRUE(stays || blocked) << i << (old ? " old" : "") << "\n" << all(told);
      // Cautious about a parent whose manifest it cannot see, and about nobody else.
      if (stays && blocked) {
        EXPECT_EQ(kinds(told), "parent!") << i << "\n" << all(told);
      }
    }
  EXPECT_GE(fought, 5);
}

// The sync that the server would take and hold for hours.
TEST(ArgocdHazardWorld, AWindowThatIsForetoldHoldsTheOperation) {
  World world = sim::shop_world();
  world.app("catalog").windows = {{}};
  ArgocdServer server(world);
  EXPECT_EQ(kinds(look(server)), "sync-window!");
  ASSERT_TRUE(stays_paused(server, false));
  EXPECT_EQ(roll_back(server, 1).status, 200);
  server.advance(120);
  EXPECT_EQ(phase(server), "Running");
  EXPECT_EQ(kinds(look(server)), "operation-running! sync-window!");
  EXPECT_EQ(kinds(look(server, {.purpose = Purpose::pause})), "operation-running");
}

// A second `rollback` without a target does not go forward again.
TEST(ArgocdHazardWorld, TheBadReleaseIsNoTarget) {
  ArgocdServer server(sim::shop_world());
  ASSERT_TRUE(stays_paused(server, false));
  const auto choose = [&]() -> std::string {
    argocd::Client client = client_of(server);
    const auto app = argocd::get_application(client, {"catalog", "", ""});
    if (!app) return app.error().message;
    const auto target = argocd::choose_target(*app, {});
    return target ? target->revisions.at(0) : target.error().message;
  };
  EXPECT_EQ(choose(), sha('1'));
  const auto id = catalog(server).history.front().id;
  EXPECT_EQ(roll_back(server, static_cast<int>(id)).status, 200);
  ASSERT_TRUE(wait_for_operation(server));
  EXPECT_EQ(sim::deployed(catalog(server)), sim::Words{sha('1')});
  EXPECT_NE(choose().find("is already back"), std::string::npos) << choose();
}

TEST(ArgocdHazardWorld, Rollouts) {
  World world = sim::shop_world();
  const auto web = [](const char* image) {
    return std::vector<sim::Manifest>{{"Rollout", "web", image}};
  };
  follow(world, '1', web("web:1"));
  follow(world, '2', web("web:2"));
  sim::App& app = world.app("catalog");
  app.live.clear();
  sim::apply_manifest(world, app, web("web:2").front());
  ASSERT_EQ(app.rollouts.size(), 1U);
  ArgocdServer server(world);
  server.advance(600);
  Assessment told = look(server);
  EXPECT_EQ(kinds(told), "rollout-new-canary rollout-waits") << all(told);
  EXPECT_NE(all(told).find("Rollout `shop/web` waits for somebody once"), std::string::npos)
      << all(told);
  ASSERT_TRUE(stays_paused(server, false));
  server.change([](World& now) {
    sim::Rollout& rollout = now.app("catalog").rollouts.front();
    rollout.image = "web:3";
    ++rollout.generation;
    now.app("catalog").live.front().is.content = "web:3";
  });
  server.advance(5);
  told = look(server);
  EXPECT_NE(kinds(told).find("rollout-in-flight"), std::string::npos) << all(told);
}

}  // namespace
}  // namespace backout::test
