// What fights a rollback is found before anything is touched, and named with what to do; and what
// makes a rollback hard in spite of a green light is said in the plan.
#include <fmt/format.h>

#include "drive/journal.h"
#include "drive_fixture.h"

namespace backout::test {
namespace {

using sim::sha;
using sim::World;
using Change = std::function<void(World&)>;

void set_spec(World& world, const std::function<void(sim::Json&)>& change) {
  sim::App& app = world.app("catalog");
  sim::Json spec = sim::Json::parse(app.spec);
  change(spec);
  app.spec = spec.dump();
}
void deny(World& world, const char* right) { world.tokens.front().denied.insert(right); }
void own(World& world, sim::ApplicationSet set) {
  world.sets = {std::move(set)};
  world.app("catalog").owners = {{"ApplicationSet", "shops"}};
}
World several_sources(const std::string& version) {
  World world;
  world.version = version;
  const char* const values = "https://git.example.com/values.git";
  for (const char digit : {'1', '2'})
    sim::add_commit(world, sim::gitops,
                    {sha(digit), {{"Deployment", "catalog", fmt::format("catalog:v{}", digit)}}});
  for (const char digit : {'a', 'b'})
    sim::add_commit(world, values, {.sha = sha(digit), .values = std::string(1, digit)});
  sim::set_ref(world, sim::gitops, "main", sha('2'));
  sim::set_ref(world, values, "main", sha('b'));
  sim::App app{.name = "catalog"};
  app.spec = fmt::format(
      R"({{"project":"shop","sources":[{{"repoURL":"{}","path":"p","targetRevision":"main"}},{{"repoURL":"{}","ref":"values","targetRevision":"main"}}],"syncPolicy":{{"automated":{{}}}}}})",
      sim::gitops, values);
  sim::add_app(world, app, {{sha('1'), sha('a')}, {sha('2'), sha('b')}});
  return world;
}

Ended run_in(const ArgocdServer& server, Words words) {
  const TemporaryDirectory directory;
  words.emplace_back("--yes");
  return backout(directory.path(), words, drive_setting(server, directory.path()));
}

// Refused with the phrase, and nothing was changed.
TEST(DriveTrap, IsNamedBeforeAnythingIsTouched) {
  const struct {
    const char* name;
    Change with;
    const char* phrase;
  } cases[] = {
      {"sync window", [](World& world) { world.app("catalog").windows = {sim::Window{}}; },
       "a sync window blocks a rollback now"},
      {"ApplicationSet", [](World& world) { own(world, {.name = "shops"}); },
       "ApplicationSet `shops` has made the application and turns auto-sync on again"},
      {"self-healing parent",
       [](World& world) {
         sim::add_app(world, {.name = "apps", .spec = world.app("catalog").spec}, {{sha('2')}});
         world.app("catalog").annotations["argocd.argoproj.io/tracking-id"] =
             "apps:argoproj.io/Application:argocd/catalog";
       },
       "`backout app pause argocd/apps`"},
      {"no right to pause", [](World& world) { deny(world, "update"); },
       "p, ana, applications, update, shop/catalog, allow"},
      {"no right to roll back", [](World& world) { deny(world, "sync"); },
       "p, ana, applications, sync, shop/catalog, allow"},
      {"being deleted", [](World& world) { world.app("catalog").deleting = true; },
       "the application is being deleted"},
      {"no history", [](World& world) { world.app("catalog").history.clear(); }, "has no history"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    World world = sim::shop_world();
    one.with(world);
    ArgocdServer server(world);
    const Ended plan = run_in(server, {"rollback", "catalog", "--dry-run", "--format", "json"});
    const sim::Json json = sim::Json::parse(plan.out, nullptr, false);
    const std::string refusals =
        json.is_object() ? json.value("refusals", sim::Json::array()).dump() : plan.err;
    EXPECT_NE(refusals.find(one.phrase), std::string::npos) << refusals << plan.out << plan.err;
    const Ended ended = run_in(server, with_quick_times({"rollback", "catalog"}));
    EXPECT_EQ(ended.code, json.is_object() ? 1 : 2) << ended.out << ended.err;
    EXPECT_EQ(server.mutations(), 0);
  }
}

// Said in the plan, and carried out.
TEST(DriveTrap, IsSaidInThePlan) {
  const struct {
    const char* name;
    Change with;
    const char* phrase;
  } cases[] = {
      {"image updater",
       [](World& world) {
         world.app("catalog").annotations["argocd-image-updater.argoproj.io/image-list"] = "x";
       },
       "the image updater watches this application"},
      {"source hydrator",
       [](World& world) {
         set_spec(world, [](sim::Json& spec) {
           spec["sourceHydrator"] = {
               {"drySource",
                {{"repoURL", sim::gitops}, {"path", "apps/catalog"}, {"targetRevision", "main"}}},
               {"syncSource", {{"targetBranch", "env/prod"}, {"path", "apps/catalog"}}}};
         });
       },
       "revert the commit of the dry source"},
      {"hooks",
       [](World& world) {
         world.git[sim::gitops].commits.front().manifests.push_back(
             {.kind = "Job", .name = "migrate", .hook = "PreSync"});
       },
       "a rollback runs no hooks; left out: Job `shop/migrate` (PreSync)"},
      {"left behind",
       [](World& world) {
         sim::App& app = world.app("catalog");
         sim::Live extra = app.live.front();
         extra.is.kind = "ConfigMap";
         extra.is.name = "new-settings";
         app.live.push_back(extra);
         world.git[sim::gitops].commits.back().manifests.push_back(
             {.kind = "ConfigMap", .name = "new-settings"});
       },
       "stays: ConfigMap `shop/new-settings`; `--prune` deletes them"},
      {"ApplicationSet that lets it be",
       [](World& world) {
         own(world, {.name = "shops", .ignored_pointers = {"/spec/syncPolicy/automated"}});
       },
       "made by ApplicationSet `shops`"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    World world = sim::shop_world();
    one.with(world);
    ArgocdServer server(world);
    const Ended plan = run_in(server, {"rollback", "catalog", "--dry-run"});
    EXPECT_EQ(plan.code, 0) << plan.out << plan.err;
    EXPECT_NE(plan.out.find(one.phrase), std::string::npos) << plan.out;
    EXPECT_EQ(server.mutations(), 0);
    const Ended ended = run_in(server, with_quick_times({"rollback", "catalog"}));
    EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
    EXPECT_EQ(sim::deployed(server.world().app("catalog")), sim::Words{sha('1')});
  }
}

TEST(DriveTrap, SeveralSourcesGoBackTogether) {
  ArgocdServer server(several_sources("v3.1.0"));
  const Ended ended = run_in(server, with_quick_times({"rollback", "catalog"}));
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(sim::deployed(server.world().app("catalog")), (sim::Words{sha('1'), sha('a')}));
}

TEST(DriveTrap, SeveralSourcesAreSyncedByPosition) {
  ArgocdServer server(several_sources("v3.1.0"));
  Ended ended = run_in(server, with_quick_times({"sync", "catalog", "--revision", sha('1')}));
  EXPECT_EQ(ended.code, 2) << ended.out << ended.err;
  EXPECT_NE(ended.err.find("has 2 sources"), std::string::npos) << ended.err;
  ended =
      run_in(server,
             with_quick_times({"sync", "catalog", "--revision", sha('1'), "--revision", sha('a')}));
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(sim::deployed(server.world().app("catalog")), (sim::Words{sha('1'), sha('a')}));
}

// Before 2.12 a rollback of several sources is refused by the server.
TEST(DriveTrap, AnOldServerAndSeveralSources) {
  ArgocdServer server(several_sources("v2.11.3"));
  const Ended ended = run_in(server, with_quick_times({"rollback", "catalog"}));
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_NE((ended.out + ended.err).find("2.12"), std::string::npos) << ended.out << ended.err;
  EXPECT_EQ(server.mutations(), 0);
}

// ---- Rollouts

constexpr const char* spec_without_auto_sync =
    R"({"project":"shop","source":{"repoURL":"https://git.example.com/gitops.git","path":"p","targetRevision":"main"}})";

// Rollout `web`, fully promoted to version 2 by a second deployment.
World promoted_world() {
  World world = sim::shop_world();
  for (sim::Commit& commit : world.git[sim::gitops].commits)
    commit.manifests = {{"Rollout", "web", "ghcr.io/web:" + commit.sha.substr(0, 1)}};
  world.apps.clear();
  sim::App app{.name = "catalog"};
  app.spec = spec_without_auto_sync;
  sim::add_app(world, app, {{sha('1')}, {sha('2')}});
  return world;
}

TEST(DriveTrap, APromotedRolloutIsTakenThroughItsSteps) {
  ArgocdServer server(promoted_world());
  const Ended plan = run_in(server, {"rollback", "catalog", "--dry-run"});
  EXPECT_NE(plan.out.find("--promote-full"), std::string::npos) << plan.out << plan.err;
  const Ended ended = run_in(server, with_quick_times({"rollback", "catalog", "--promote-full"}));
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  const World world = server.world();
  const sim::Rollout* const web = sim::find_rollout(world.app("catalog"), "web");
  ASSERT_NE(web, nullptr);
  EXPECT_EQ(web->stable, sim::pod_hash("ghcr.io/web:1"));
  EXPECT_EQ(web->phase, "Healthy");
}

// The bad version is a canary on its way: it must not be the one that is promoted.
TEST(DriveTrap, OnlyWhatIsRolledBackToIsPromoted) {
  World world = promoted_world();
  sim::Rollout* const web = sim::find_rollout(world.app("catalog"), "web");
  ASSERT_NE(web, nullptr);
  web->stable = sim::pod_hash("ghcr.io/web:1");
  web->phase = "Paused";
  web->step = 1;
  web->weight = 20;
  web->pauses = {"CanaryPauseStep"};
  web->controller_pause = true;
  world.pace.operation = 30;  // the manifests are applied long after the operation has begun
  ArgocdServer server(world);
  std::vector<std::string> promoted;
  server.set_hook([&](const HttpRequest& request, When when) {
    if (when == When::before && request.body.find("promote-full") != std::string::npos) {
      World now = server.world();
      promoted.push_back(sim::find_rollout(now.app("catalog"), "web")->image);
    }
    return true;
  });
  const Ended ended = run_in(server, with_quick_times({"rollback", "catalog", "--promote-full"}));
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  for (const std::string& image : promoted) EXPECT_EQ(image, "ghcr.io/web:1");
  World now = server.world();
  EXPECT_EQ(sim::find_rollout(now.app("catalog"), "web")->stable, sim::pod_hash("ghcr.io/web:1"));
}

TEST(DriveTrap, ARolloutThatStaysInItsPauseIsNoSuccess) {
  ArgocdServer server(promoted_world());
  Words words = with_quick_times({"rollback", "catalog"});
  words.insert(words.end(), {"--health-timeout", "150ms"});
  const Ended ended = run_in(server, words);
  EXPECT_EQ(ended.code, 3) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("backout rollout promote-full"), std::string::npos) << ended.out;
}

}  // namespace
}  // namespace backout::test
