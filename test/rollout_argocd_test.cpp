// `backout rollout` through Argo CD's actions, run as people run it.
#include <gtest/gtest.h>

#include <atomic>

#include "drive_fixture.h"
#include "rollout_scene.h"

namespace backout::test {
namespace {

sim::World rollout_world() {
  sim::World world = sim::shop_world();
  for (sim::Commit& commit : world.git[sim::gitops].commits)
    commit.manifests = {{"Rollout", "web", "ghcr.io/web:" + commit.sha.substr(0, 1)}};
  world.apps.clear();
  sim::App app{.name = "catalog"};
  app.spec =
      R"({"project":"shop","source":{"repoURL":"https://git.example.com/gitops.git","path":"p","targetRevision":"main"}})";
  sim::add_app(world, app, {{sim::sha('1')}});
  return world;
}

class RolloutThroughArgocd : public DriveScenario {
 protected:
  RolloutThroughArgocd() : DriveScenario(rollout_world()) {}

  [[nodiscard]] sim::Rollout web() const {
    const sim::App app = server.world().app("catalog");
    return *sim::find_rollout(app, "web");
  }
  Ended act(Words words) {
    words.insert(words.begin(), "rollout");
    words.emplace_back("--yes");
    hurry(words);
    return run(words);
  }
  // Version 2, up to its pause.
  void at_its_pause() {
    server.change([](sim::World& world) {
      sim::Rollout& one = world.app("catalog").rollouts[0];
      one.image = "ghcr.io/web:2";
      ++one.generation;
    });
    ASSERT_TRUE(server.advance_until([](const sim::World& world) {
      return world.app("catalog").rollouts[0].phase == "Paused";
    }));
  }
};

TEST_F(RolloutThroughArgocd, AnAbortIsAnActionThatIsWaitedFor) {
  at_its_pause();
  const Ended ended = act({"abort", "catalog"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(web().weight, 0);
  EXPECT_TRUE(web().aborted);
  EXPECT_EQ(server.mutations(), 1);
  EXPECT_TRUE(has(server.http().log(), "POST /api/v1/applications/catalog/resource/actions/v2"))
      << server.http().log();
  EXPECT_TRUE(has(ended.out, "revert `ghcr.io/web:2` in git")) << ended.out;
  EXPECT_TRUE(open().empty());
}

TEST_F(RolloutThroughArgocd, PromoteEndsThePause) {
  at_its_pause();
  const Ended on = act({"promote", "catalog/web"});
  EXPECT_EQ(on.code, 0) << on.out << on.err;
  EXPECT_GE(web().step, 2U);
}

TEST_F(RolloutThroughArgocd, PromoteFullTakesItAllTheWay) {
  at_its_pause();
  const Ended ended = act({"promote-full", "argocd/catalog/web"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(web().stable, sim::pod_hash("ghcr.io/web:2"));
}

TEST_F(RolloutThroughArgocd, WhatIsDisabledIsNotRun) {
  const Ended pointless = act({"abort", "catalog"});
  EXPECT_EQ(pointless.code, 1);
  EXPECT_TRUE(has(pointless.out, "an abort does nothing")) << pointless.out;
  EXPECT_EQ(server.mutations(), 0);
}

TEST_F(RolloutThroughArgocd, AnOlderServerHasTheOldRequestAndFewerActions) {
  server.change([](sim::World& world) { world.version = "v2.13.0"; });
  at_its_pause();
  const Ended missing = act({"pause", "catalog"});
  EXPECT_EQ(missing.code, 2) << missing.out << missing.err;
  EXPECT_TRUE(has(missing.out, "has no `pause`")) << missing.out;
  EXPECT_EQ(run({"undo", "--yes"}).code, 0);
  const Ended ended = act({"abort", "catalog"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_TRUE(web().aborted);
}

TEST_F(RolloutThroughArgocd, ALostAnswerIsLookedAtAndNotRepeated) {
  at_its_pause();
  server.add_fault({Fault::Kind::reset_after, 0, "POST", "/actions"});
  const Ended ended = act({"abort", "catalog"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_TRUE(web().aborted);
  const std::string log = server.http().log();
  EXPECT_EQ(log.find("POST"), log.rfind("POST")) << log;
}

TEST_F(RolloutThroughArgocd, WithoutTheRightItSaysWhich) {
  at_its_pause();
  server.change(
      [](sim::World& world) { world.tokens[0].denied = {"action/argoproj.io/Rollout/abort"}; });
  const Ended ended = act({"abort", "catalog"});
  EXPECT_EQ(ended.code, 2) << ended.out << ended.err;
  EXPECT_TRUE(has(ended.out, "permission denied")) << ended.out;
  EXPECT_FALSE(web().abort);
}

TEST_F(RolloutThroughArgocd, AnUndoIsAPlanOfWhatToDo) {
  at_its_pause();
  const Ended ended = act({"undo", "catalog"});
  EXPECT_EQ(ended.code, 1);
  for (const char* expected : {"Argo CD has no undo", "`backout rollout abort catalog/web`",
                               "`backout revert COMMIT`", "`backout rollback catalog`"})
    EXPECT_TRUE(has(ended.out, expected)) << ended.out;
  EXPECT_EQ(server.mutations(), 0);
}

TEST_F(RolloutThroughArgocd, WhichRolloutIsMeant) {
  server.change([](sim::World& world) {
    sim::App& app = world.app("catalog");
    app.live.push_back(app.live.front());
    app.live.back().is.name = "worker";
    app.rollouts.push_back(app.rollouts.front());
    app.rollouts.back().name = "worker";
  });
  const Ended several = act({"abort", "catalog"});
  EXPECT_EQ(several.code, 2);
  EXPECT_TRUE(has(several.err, "say which as catalog/ROLLOUT: `web` and `worker`")) << several.err;
  const Ended unknown = act({"abort", "catalog/api"});
  EXPECT_TRUE(has(unknown.err, "has no Rollout `api`")) << unknown.err;
  EXPECT_EQ(act({"abort", "catalog/web/x/y"}).code, 2);
  const Ended status = run({"rollout", "status", "catalog/web"});
  EXPECT_EQ(status.code, 0) << status.err;
  EXPECT_TRUE(has(status.out, "shop/web, Healthy, application `catalog`")) << status.out;
}

// ---- without the right to see the live object

TEST(RolloutByHealth, ItsHealthHasToDo) {
  std::atomic<int> polls{0};
  std::atomic<bool> acted{false};
  const HttpServer server([&](const HttpRequest& request) {
    const std::string app = "/api/v1/applications/catalog";
    if (request.path == app + "/resource-tree") {
      const bool aborted = acted && ++polls > 2;
      return HttpReply{
          200, json{{"nodes", json::array({{{"group", "argoproj.io"},
                                            {"version", "v1alpha1"},
                                            {"kind", "Rollout"},
                                            {"namespace", "shop"},
                                            {"name", "web"},
                                            {"health",
                                             {{"status", aborted ? "Degraded" : "Suspended"},
                                              {"message", aborted ? "RolloutAborted: x" : ""}}}}})}}
                   .dump()};
    }
    if (request.path == app + "/resource")
      return HttpReply{403, R"({"message":"permission denied: applications, get, web","code":7})"};
    if (request.method == "POST") {
      acted = true;
      return HttpReply{200, "{}"};
    }
    return HttpReply{200, R"({"actions":[{"name":"abort"},{"name":"retry","disabled":true}]})"};
  });
  TemporaryDirectory directory;
  Setting setting;
  setting.environment = {{"ARGOCD_SERVER", server.host()},
                         {"ARGOCD_AUTH_TOKEN", "t0ken"},
                         {"ARGOCD_OPTS", "--plaintext"},
                         {"NO_PROXY", "*"},
                         {"XDG_STATE_HOME", directory.path()}};
  Words words{"rollout", "retry", "catalog", "--yes"};
  hurry(words);
  const Ended refused = backout(directory.path(), words, setting);
  EXPECT_EQ(refused.code, 2) << refused.out << refused.err;
  EXPECT_TRUE(has(refused.out, "offers no `retry` now; it offers `abort`")) << refused.out;
  words[1] = "abort";
  const Ended ended = backout(directory.path(), words, setting);
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_TRUE(has(ended.err, "there is no right to see the live Rollout")) << ended.err;
  EXPECT_TRUE(has(ended.err, "its health is Degraded: RolloutAborted: x")) << ended.err;
}

}  // namespace
}  // namespace backout::test
