// `backout rollout --kube`, run as people run it.
#include <gtest/gtest.h>

#include "rollout_scene.h"

namespace backout::test {
namespace {

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

// No refusal: an abort must be possible while a promotion hangs.
TEST(RolloutCommand, AnOperationThatIsOpenOnTheSameRolloutIsTold) {
  KubeScene scene;
  scene.server.set_controller(catalog_path, [](json&, int) {});
  const Ended hangs = scene.run({"rollout", "promote-full", "--kube", "catalog", "--yes", "--poll",
                                 "2ms", "--health-timeout", "40ms"});
  EXPECT_EQ(hangs.code, 3) << hangs.out << hangs.err;
  ASSERT_EQ(scene.open().size(), 1U);
  const Ended plan = scene.act({"abort", "--dry-run"});
  EXPECT_EQ(plan.code, 0) << plan.out << plan.err;
  EXPECT_TRUE(has(plan.out, "operation `" + scene.open().front().id + "` of")) << plan.out;
  EXPECT_TRUE(has(plan.out, "open here")) << plan.out;
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

}  // namespace
}  // namespace backout::test
