// `backout rollout`, run as people run it: against a Kubernetes API and an Argo CD of our own.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <csignal>

#include "drive/journal.h"
#include "drive_fixture.h"
#include "kube_server.h"

namespace backout::test {
namespace {

using nlohmann::json;

constexpr const char* sets_path = "/apis/apps/v1/namespaces/shop/replicasets/catalog-";

void hurry(Words& words) {
  for (const char* word : {"--poll", "2ms", "--timeout", "3s"}) words.emplace_back(word);
}

// A cluster with the canary of `shop/catalog` and a controller that is at work.
class KubeScene {
 public:
  explicit KubeScene(const json& rollout = canary()) {
    server.token = "s3cr3t-token";
    server.put(catalog_path, rollout);
    server.put(std::string(sets_path) + "aaa",
               replica_set("aaa", 1, "ghcr.io/acme/catalog:v1", 4, "2026-11-20T10:00:00Z"));
    server.put(std::string(sets_path) + "bbb",
               replica_set("bbb", 2, "ghcr.io/acme/catalog:v2", 1, "2026-11-22T09:00:00Z"));
    server.set_controller(catalog_path, [](json& object, int) { control(object); });
    write_file(directory.path() + "/config", kubeconfig(server.url(), server.token));
  }

  Ended run(Words words, const Setting& more = {}) {
    Setting setting = more;
    setting.environment["KUBECONFIG"] = directory.path() + "/config";
    setting.environment["HOME"] = directory.path();
    setting.environment["NO_PROXY"] = "*";
    setting.environment["XDG_STATE_HOME"] = directory.path() + "/state";
    setting.environment["BACKOUT_NOW"] = "2026-11-22T12:00:00Z";
    Ended ended = backout(directory.path(), words, setting);
    EXPECT_EQ((ended.out + ended.err).find(server.token), std::string::npos);
    return ended;
  }
  // `backout rollout WORDS… --kube catalog`, without questions.
  Ended act(Words words, const Setting& more = {}) {
    words.insert(words.begin(), "rollout");
    for (const char* word : {"--kube", "catalog", "--yes"}) words.emplace_back(word);
    hurry(words);
    return run(std::move(words), more);
  }
  [[nodiscard]] std::vector<drive::Operation> open() const {
    return drive::open_operations(directory.path() + "/state/backout");
  }
  [[nodiscard]] std::string image() const {
    return server.object(catalog_path)["spec"]["template"]["spec"]["containers"][0]["image"];
  }
  [[nodiscard]] json status() const { return server.object(catalog_path)["status"]; }

  TemporaryDirectory directory;
  KubeServer server;
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(RolloutCommand, AnAbortEndsWithTheStableVersionAndSaysWhatIsLeft) {
  KubeScene scene;
  const Ended ended = scene.act({"abort", "--record", "record.md"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(scene.server.changes(), "PATCH " + catalog_path +
                                        "/status application/merge-patch+json "
                                        "{\"status\":{\"abort\":true}}\n");
  const std::string text = ended.out + ended.err;
  EXPECT_TRUE(has(text, "canary, step 3 of 6, 20 % of the traffic")) << text;
  EXPECT_TRUE(has(text, "all traffic goes to the stable version, and 4 of 4 pods")) << text;
  EXPECT_TRUE(has(text, "still names `ghcr.io/acme/catalog:v2`")) << text;
  EXPECT_TRUE(has(text, "revert `ghcr.io/acme/catalog:v2` in git")) << text;
  const std::string record = read_file(scene.directory.path() + "/record.md");
  EXPECT_TRUE(has(record, "## Debt")) << record;
  EXPECT_TRUE(has(record, "outcome: completed")) << record;
  EXPECT_TRUE(scene.open().empty());

  const Ended again = scene.act({"abort"});
  EXPECT_EQ(again.code, 0);
  EXPECT_TRUE(has(again.err, "it was aborted at 2026-11-22T11:00:00Z")) << again.err;
  const Ended retry = scene.act({"retry"});
  EXPECT_EQ(retry.code, 0) << retry.out << retry.err;
  EXPECT_TRUE(has(retry.err, "with fresh analysis")) << retry.err;
  EXPECT_EQ(scene.status()["phase"], "Progressing");
}

TEST(RolloutCommand, TheOthersReachWhatTheyAreFor) {
  struct {
    const char* action;
    std::function<bool(const json& rollout)> reached;
  } const cases[] = {
      {"promote-full", [](const json& r) { return r["status"]["stableRS"] == "bbb"; }},
      {"promote", [](const json& r) { return r["status"]["currentStepIndex"] == 3; }},
      {"resume", [](const json& r) { return r["status"]["currentStepIndex"] == 3; }},
      {"pause", [](const json& r) { return r["spec"]["paused"] == true; }},
      {"undo", [](const json& r) { return r["status"]["currentPodHash"] == "aaa"; }},
  };
  for (const auto& one : cases) {
    KubeScene scene;
    const Ended ended = scene.act({one.action});
    EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
    EXPECT_TRUE(one.reached(scene.server.object(catalog_path))) << one.action;
    EXPECT_TRUE(scene.open().empty()) << one.action;
  }
}

TEST(RolloutCommand, APlanIsShownAndNothingDoneWithoutAYes) {
  KubeScene scene;
  const Ended dry = scene.act({"undo", "--dry-run"});
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_TRUE(has(dry.out, "undo `shop/catalog` to revision 1, `ghcr.io/acme/catalog:v1`"))
      << dry.out;
  EXPECT_TRUE(has(dry.out, "no step, pause or analysis runs")) << dry.out;
  EXPECT_TRUE(has(dry.out, "revision 2: `ghcr.io/acme/catalog:v2`, 3 h old, 1 pods, the template"))
      << dry.out;
  const Ended as_json = scene.act({"promote-full", "--dry-run", "--format", "json"});
  const json plan = json::parse(as_json.out, nullptr, false);
  ASSERT_TRUE(plan.is_object()) << as_json.out;
  EXPECT_EQ(plan["command"], "rollout-promote-full");
  EXPECT_EQ(plan["steps"][0]["kind"], "act-on-rollout");
  EXPECT_EQ(plan["steps"][1]["kind"], "wait-for-rollout");
  EXPECT_FALSE(has(as_json.out, "s3cr3t"));
  const Ended silent = scene.run({"rollout", "abort", "--kube", "shop/catalog"});
  EXPECT_EQ(silent.code, 2);
  EXPECT_TRUE(has(silent.err, "no terminal to ask at")) << silent.err;
  EXPECT_EQ(scene.server.changes(), "");
  EXPECT_TRUE(scene.open().empty());
}

TEST(RolloutCommand, WhatWouldDoNothingIsRefused) {
  json promoted = canary();
  promoted["status"]["stableRS"] = "bbb";
  KubeScene scene(promoted);
  for (const char* action : {"abort", "retry", "promote-full", "promote"}) {
    const Ended ended = scene.act({action});
    EXPECT_EQ(ended.code, 1) << action;
    EXPECT_TRUE(has(ended.out, "not carried out, because")) << ended.out;
  }
  EXPECT_EQ(scene.server.changes(), "");
  EXPECT_EQ(scene.act({"undo", "--to-revision", "7"}).code, 2);
  const Ended same = scene.act({"undo", "--to-revision", "2"});
  EXPECT_EQ(same.code, 0) << same.out << same.err;
  EXPECT_TRUE(has(same.err, "nothing is written")) << same.err;
  EXPECT_EQ(scene.server.changes(), "");
}

TEST(RolloutCommand, UsageErrorsSayWhatIsMissing) {
  KubeScene scene;
  struct {
    Words words;
    const char* expected;
  } const cases[] = {
      {{"rollout"}, "a command is missing behind"},
      {{"rollout", "rollback"}, "unknown command"},
      {{"rollout", "abort", "--kube"}, "a Rollout is missing"},
      {{"rollout", "abort", "--kube", "a/b/c"}, "is no Rollout"},
      {{"rollout", "abort", "--kube", "shop/gone"}, "not found"},
      {{"rollout", "abort", "--kube", "catalog", "--context", "prod"}, "known are `test`"},
      {{"rollout", "abort", "--kube", "catalog", "--kubeconfig", "gone"}, "cannot read"},
      {{"rollout", "abort", "catalog", "--context", "prod"}, "belong to `--kube`"},
      {{"rollout", "abort"}, "an application is missing"},
      {{"rollout", "undo", "--kube", "catalog", "--to-revision", "-1"}, "to-revision"},
  };
  for (const auto& one : cases) {
    const Ended ended = scene.run(one.words);
    EXPECT_EQ(ended.code, 2) << one.expected;
    EXPECT_TRUE(has(ended.err, one.expected)) << ended.err;
  }
  EXPECT_EQ(scene.server.changes(), "");
}

TEST(RolloutCommand, AnAbortThatIsHeldUpWaitsAndGoesOn) {
  json paused = canary();
  paused["spec"]["paused"] = true;
  KubeScene scene(paused);
  const Ended held = scene.act({"abort"});
  EXPECT_EQ(held.code, 0) << held.out << held.err;
  EXPECT_TRUE(has(held.err, "#3756")) << held.err;
  EXPECT_TRUE(has(held.out, "keeps the abort from completing")) << held.out;
  ASSERT_EQ(scene.open().size(), 1U);
  const Ended resumed = scene.act({"resume"});
  EXPECT_EQ(scene.open().size(), 1U) << resumed.out << resumed.err;
  const Ended done = scene.run({"resume"});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_TRUE(has(done.out, "completed")) << done.out;
  EXPECT_TRUE(scene.open().empty());
}

TEST(RolloutCommand, AnUndoThatPausesCanBeTakenBack) {
  json promoted = canary();
  promoted["status"]["stableRS"] = "bbb";
  promoted["metadata"]["annotations"]["argocd.argoproj.io/tracking-id"] =
      "shop:argoproj.io/Rollout:shop/catalog";
  KubeScene scene(promoted);
  // The update back to version 1 stops in its pause.
  scene.server.set_controller(catalog_path, [](json& object, int) {
    control(object);
    if (object["status"]["currentPodHash"] != "aaa") return;
    object["status"]["pauseConditions"] = json::parse(R"([{"reason": "CanaryPauseStep"}])");
    object["status"]["controllerPause"] = true;
    object["status"]["phase"] = "Paused";
  });
  const Ended ended = scene.act({"undo"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_TRUE(has(ended.err, "belongs to Argo CD application `shop`")) << ended.err;
  EXPECT_TRUE(has(ended.err, "all steps, pauses and analysis run again")) << ended.err;
  EXPECT_TRUE(has(ended.out, "waits for a person")) << ended.out;
  EXPECT_EQ(scene.image(), "ghcr.io/acme/catalog:v1");
  ASSERT_EQ(scene.open().size(), 1U);
  const Ended back = scene.run({"undo", "--yes"});
  EXPECT_EQ(back.code, 0) << back.out << back.err;
  EXPECT_EQ(scene.image(), "ghcr.io/acme/catalog:v2");
  EXPECT_TRUE(scene.open().empty());
}

TEST(RolloutCommand, SomebodyElsesTemplateIsLeftAlone) {
  KubeScene scene;
  scene.server.before_patch = [](KubeServer& self, int patches) {
    if (patches == 1)
      self.edit(catalog_path, [](json& r) {
        r["spec"]["template"]["spec"]["containers"][0]["image"] = "ghcr.io/acme/catalog:v1";
        r["status"]["currentPodHash"] = "aaa";
        r["status"]["observedGeneration"] = "8";
      });
  };
  const Ended ended = scene.act({"promote-full"});
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_TRUE(has(ended.out, "its template is another by now")) << ended.out;
  EXPECT_FALSE(scene.status().contains("promoteFull"));
}

TEST(RolloutCommand, ARightThatEndsInTheMiddleStopsAndGoesOn) {
  KubeScene scene;
  scene.server.forbidden = {"patch rollouts/status"};
  const Ended refused = scene.act({"abort"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_TRUE(has(refused.out, "verb `patch`, resource `rollouts/status`")) << refused.out;
  scene.server.forbidden.clear();
  EXPECT_EQ(scene.run({"resume"}).code, 0);
  EXPECT_EQ(scene.status()["phase"], "Degraded");
  EXPECT_TRUE(scene.open().empty());
}

TEST(RolloutCommand, ResumeLeadsToTheSameClusterOrNowhere) {
  KubeScene scene;
  scene.server.forbidden = {"patch rollouts/status"};
  EXPECT_EQ(scene.act({"abort"}).code, 2);
  write_file(scene.directory.path() + "/config", kubeconfig("https://other:6443", "x"));
  const Ended ended = scene.run({"resume"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(has(ended.err, "leads to https://other:6443 now")) << ended.err;
}

TEST(RolloutCommand, StatusShowsRevisionsAndWhatCanBeDone) {
  KubeScene scene;
  const Ended ended = scene.run({"rollout", "status", "--kube", "catalog"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  for (const char* expected : {"shop/catalog, Paused, context `test`", "paused (CanaryPauseStep)",
                               "2         3 h  1     template  `ghcr.io/acme/catalog:v2`",
                               "1         2 d  4     stable    `ghcr.io/acme/catalog:v1`",
                               "abort         can be done", "retry         it is not aborted"})
    EXPECT_TRUE(has(ended.out, expected)) << expected << "\n" << ended.out;
  const Ended as_json = scene.run({"rollout", "status", "--kube", "catalog", "--format", "json"});
  const json found = json::parse(as_json.out, nullptr, false);
  ASSERT_TRUE(found.is_object()) << as_json.out;
  EXPECT_EQ(found["canary_weight"], 20);
  EXPECT_EQ(found["revisions"][1]["stable"], true);
  EXPECT_EQ(found["actions"][1]["is"], "pointless");
}

TEST(RolloutCommand, NamesFromTheClusterDoNotReachTheTerminalRaw) {
  json hostile = canary();
  hostile["status"]["message"] = "\x1b[31mred\n::error::x";
  hostile["status"]["pauseConditions"][0]["reason"] = "\x1b]0;title\x07";
  hostile["spec"]["template"]["spec"]["containers"][0]["image"] = "a\u202eb:v2";
  KubeScene scene(hostile);
  for (const Ended& ended : {scene.run({"rollout", "status", "--kube", "catalog"}),
                             scene.act({"abort", "--record", "r.md"})}) {
    const std::string text = ended.out + ended.err;
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
    EXPECT_EQ(text.find("\u202e"), std::string::npos) << text;
    EXPECT_EQ(text.find("\n::error"), std::string::npos) << text;
  }
}

// Killed before and after every request and every line of the journal, and gone on with. Each
// change is made once, whatever the point.
int each_death(const json& rollout, const Words& words, int changes,
               const std::function<bool(const json& rollout)>& reached) {
  int points = 0;
  for (const bool journal : {false, true})
    for (const bool after : {false, true})
      for (int number = 1; number < 100; ++number) {
        KubeScene scene(rollout);
        std::atomic<int> process{0}, request{0};
        Setting setting;
        setting.program = BACKOUT_MORTAL;
        setting.started = [&](int id) { process = id; };
        if (journal)
          setting.environment[after ? "MORTAL_AFTER" : "MORTAL_BEFORE"] = std::to_string(number);
        else
          scene.server.hook = [&](bool is_after) {
            if (!is_after) ++request;
            if (is_after != after || request != number) return true;
            while (process == 0) {
            }
            ::kill(process, SIGKILL);
            return false;
          };
        const Ended ended = scene.act(words, setting);
        scene.server.hook = {};
        if (ended.code != 128 + SIGKILL) {
          EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
          break;
        }
        ++points;
        const bool ended_before =
            scene.open().empty() && reached(scene.server.object(catalog_path));
        if (!ended_before) {
          const Ended again = scene.open().empty() ? scene.act(words) : scene.run({"resume"});
          EXPECT_EQ(again.code, 0) << number << ended.err << again.out << again.err;
        }
        EXPECT_TRUE(reached(scene.server.object(catalog_path))) << number;
        EXPECT_TRUE(scene.open().empty()) << number;
        const std::string made = scene.server.changes();
        EXPECT_EQ(std::count(made.begin(), made.end(), '\n'), changes) << made;
      }
  testing::Test::RecordProperty("kill_points", points);
  return points;
}

TEST(RolloutCrash, OfAnAbort) {
  const auto reached = [](const json& r) { return r["status"]["phase"] == "Degraded"; };
  EXPECT_GT(each_death(canary(), {"abort"}, 1, reached), 15);
}
TEST(RolloutCrash, OfAnUndo) {
  const auto reached = [](const json& r) { return r["status"]["currentPodHash"] == "aaa"; };
  EXPECT_GT(each_death(canary(), {"undo"}, 1, reached), 15);
}
TEST(RolloutCrash, OfTwoChanges) {
  json paused = canary();
  paused["spec"]["paused"] = true;
  const auto reached = [](const json& r) {
    return r["spec"]["paused"] == false && r["status"]["currentStepIndex"] == 3;
  };
  EXPECT_GT(each_death(paused, {"promote"}, 2, reached), 15);
}

// ---- through Argo CD

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

}  // namespace
}  // namespace backout::test
