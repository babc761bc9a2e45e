// Argo Rollouts in our Argo CD, and its actions on them. Raw requests only.
#include <gtest/gtest.h>

#include "argocd_ask.h"

namespace backout::test {
namespace {

using sim::App;
using sim::Json;
using sim::Rollout;
using sim::sha;
using sim::World;

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

TEST(ArgocdServerRollouts, ACanaryThatIsAborted) {
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

TEST(ArgocdServerRollouts, AFullyPromotedRolloutStartsAnewAndPromoteFullMustWait) {
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

TEST(ArgocdServerRollouts, AbortWaitsForWhatIsStronger) {
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

TEST(ArgocdServerRollouts, StepsRetryAndTheDeadline) {
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
TEST(ArgocdServerRollouts, APausedRolloutHoldsItsWave) {
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

TEST(ArgocdServerRollouts, TheLiveRolloutIsSeen) {
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
  ASSERT_EQ(tree["nodes"].size(), 3U);  // with two ReplicaSets
  const std::string set = tree["nodes"][1]["name"];
  const Asked second = ask(server, "GET",
                           "applications/catalog/resource?group=apps&kind=ReplicaSet&version=v1"
                           "&namespace=shop&resourceName=" +
                               set);
  const Json replica_set = Json::parse(std::string(second.json["manifest"]));
  EXPECT_EQ(replica_set["metadata"]["annotations"]["rollout.argoproj.io/revision"], "2");
  EXPECT_EQ(replica_set["metadata"]["ownerReferences"][0]["uid"], rollout["metadata"]["uid"]);
  EXPECT_EQ(replica_set["spec"]["template"]["spec"]["containers"][0]["image"], "ghcr.io/web:2");
  EXPECT_EQ(replica_set["status"]["availableReplicas"], 1);
  EXPECT_EQ(
      ask(server, "GET", std::string("applications/catalog/resource") + "?kind=Rollout").status,
      400);
}

}  // namespace
}  // namespace backout::test
