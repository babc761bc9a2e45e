// What can be done to a Rollout: when it makes sense, what is written, and when it has settled.
#include <gtest/gtest.h>

#include <functional>

#include "kube_server.h"
#include "rollout/action.h"
#include "rollout/undo.h"
#include "rollout/words.h"

namespace backout::rollout {
namespace {

using nlohmann::json;
using Edit = std::function<void(json& rollout)>;

Rollout made(json object, const Edit& edit) {
  if (edit) edit(object);
  std::string why;
  auto out = read_rollout(object.dump(), why);
  EXPECT_TRUE(out) << why;
  return out.value_or(Rollout{});
}
Rollout canary(const Edit& edit = {}) { return made(test::canary(), edit); }
Rollout blue_green(const Edit& edit = {}) { return made(test::blue_green(), edit); }

void promoted(json& one) {
  one["status"]["stableRS"] = "bbb";
  one["status"]["phase"] = "Healthy";
  one["status"]["pauseConditions"] = nullptr;
  one["status"]["controllerPause"] = false;
  one["status"]["currentStepIndex"] = 6;
}
void aborted(json& one) {
  one["status"]["abort"] = true;
  one["status"]["abortedAt"] = "2026-11-22T11:00:00Z";
  one["status"]["phase"] = "Degraded";
  one["status"]["message"] = "RolloutAborted: Rollout aborted update to revision 2";
  one["status"]["currentStepIndex"] = 0;
  one["status"]["pauseConditions"] = nullptr;
  one["status"]["controllerPause"] = false;
  one["status"]["canary"]["weights"]["canary"]["weight"] = 0;
}
void running(json& one) {
  one["status"]["pauseConditions"] = nullptr;
  one["status"]["controllerPause"] = false;
  one["status"]["phase"] = "Progressing";
  one["status"]["currentStepIndex"] = 1;
}

TEST(RolloutAction, ReadsARollout) {
  const Rollout one = canary();
  EXPECT_EQ(full_name(one), "shop/catalog");
  EXPECT_TRUE(one.canary && one.routed && !one.blue_green && !one.paused);
  EXPECT_EQ(one.steps, 6);
  EXPECT_EQ(one.step, 2);
  EXPECT_EQ(one.weights->canary, 20);
  EXPECT_EQ(one.images, std::vector<std::string>{"ghcr.io/acme/catalog:v2"});
  EXPECT_EQ(one.selector, "app=catalog");
  EXPECT_EQ(phase_of(one), "Paused");
  EXPECT_TRUE(is_observed(one) && is_paused(one) && !is_promoted(one));

  const Rollout of = canary([](json& r) {
    r["spec"]["workloadRef"] = {{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", "d"}};
    r["spec"].erase("template");
    r["spec"]["selector"] = json::parse(
        R"({"matchLabels": {"a": "b"}, "matchExpressions": [{"key": "c", "operator": "In", "values": ["x", "y"]},
            {"key": "d", "operator": "NotIn", "values": ["z"]}, {"key": "e", "operator": "Exists"}, {"key": "f", "operator": "DoesNotExist"}]})");
  });
  EXPECT_EQ(of.workload.kind, "Deployment");
  EXPECT_TRUE(of.images.empty());
  EXPECT_EQ(of.selector, "a=b,c in (x,y),d notin (z),e,!f");
}

TEST(RolloutAction, GenerationsCountAsObservedAsTheControllerDoes) {
  struct {
    json observed;
    bool expected;
  } const cases[] = {{"7", true},     {7, true},        {"6", false}, {"8", true},
                     {"5f6d8", true}, {nullptr, false}, {"", false}};
  for (const auto& one : cases)
    EXPECT_EQ(
        is_observed(canary([&](json& r) { r["status"]["observedGeneration"] = one.observed; })),
        one.expected)
        << one.observed;
  const auto of_workload = [](const char* seen) {
    return canary([&](json& r) {
      r["spec"]["workloadRef"] = {{"kind", "Deployment"}, {"name", "d"}};
      r["metadata"]["annotations"]["rollout.argoproj.io/workload-generation"] = "3";
      r["status"]["workloadObservedGeneration"] = seen;
    });
  };
  EXPECT_TRUE(is_observed(of_workload("3")));
  EXPECT_FALSE(is_observed(of_workload("2")));
}

TEST(RolloutAction, OddShapesAreNoRolloutOrEmptyFields) {
  std::string why;
  for (const char* text : {"", "[]", "null", "{}", "{", R"({"kind":"Rollout"})",
                           R"({"kind":"Pod","metadata":{"name":"a"},"spec":{}})",
                           R"({"kind":"Rollout","metadata":{"name":"a"},"spec":[]})"})
    EXPECT_FALSE(read_rollout(text, why)) << text;
  EXPECT_FALSE(read_rollout(std::string(100'000, '['), why));
  const Rollout odd = canary([](json& r) {
    r["spec"]["strategy"] = 3;
    r["spec"]["replicas"] = "x";
    r["status"] = {
        {"pauseConditions", "x"}, {"canary", {{"weights", {1, 2}}}}, {"conditions", {1}}};
  });
  EXPECT_FALSE(odd.canary);
  EXPECT_TRUE(odd.pauses.empty());
  for (const Action action : all_actions()) {
    const Before was = before(odd);
    (void)judge(action, odd);
    (void)writes(action, was, odd);
    (void)progress_of(action, was, odd, nullptr);
    (void)what_next(action, odd, {});
  }
  (void)state_in_words(odd);
}

TEST(RolloutAction, WhichActionsMakeSense) {
  using Kind = Judgement::Kind;
  struct {
    const char* name;
    Action action;
    Rollout now;
    Kind kind;
    const char* expected;  // in the reason or the notes
  } const cases[] = {
      {"abort while it is paused", Action::abort, canary(), Kind::sensible, ""},
      {"abort of what is promoted", Action::abort, canary(promoted), Kind::pointless,
       "an abort does nothing"},
      {"abort again", Action::abort, canary(aborted), Kind::already, "aborted at 2026-11-22"},
      {"abort of the first version", Action::abort,
       canary([](json& r) { r["status"]["stableRS"] = ""; }), Kind::pointless, "first version"},
      {"abort under spec.paused", Action::abort,
       canary([](json& r) { r["spec"]["paused"] = true; }), Kind::sensible, "#3756"},
      {"abort while promoted fully", Action::abort,
       canary([](json& r) { r["status"]["promoteFull"] = true; }), Kind::sensible, "#4461"},
      {"abort before the template is seen", Action::abort,
       canary([](json& r) { r["metadata"]["generation"] = 8; }), Kind::wait, "would be lost"},
      {"anything while deleted", Action::abort,
       canary([](json& r) { r["metadata"]["deletionTimestamp"] = "2026-11-22T00:00:00Z"; }),
       Kind::pointless, "deleted"},
      {"retry of what is aborted", Action::retry, canary(aborted), Kind::sensible,
       "`ghcr.io/acme/catalog:v2`"},
      {"retry of what is not", Action::retry, canary(), Kind::pointless, "not aborted"},
      {"promote-full", Action::promote_full, canary(), Kind::sensible,
       "no step, pause or analysis"},
      {"promote-full of what is promoted", Action::promote_full, canary(promoted), Kind::pointless,
       "fully promoted"},
      {"promote-full of what is aborted", Action::promote_full, canary(aborted), Kind::sensible,
       "takes `ghcr.io/acme/catalog:v2` everywhere"},
      {"promote-full again", Action::promote_full,
       canary([](json& r) { r["status"]["promoteFull"] = true; }), Kind::already, "being promoted"},
      {"promote-full before the template is seen", Action::promote_full,
       canary([](json& r) { r["metadata"]["generation"] = 8; }), Kind::wait, "would be lost"},
      {"promote past a pause", Action::promote, canary(), Kind::sensible, ""},
      {"promote past a running step", Action::promote, canary(running), Kind::sensible, ""},
      {"promote at the end", Action::promote, canary([](json& r) {
         running(r);
         r["status"]["currentStepIndex"] = 6;
       }),
       Kind::pointless, "all of its steps"},
      {"promote of what is aborted", Action::promote, canary(aborted), Kind::pointless, "`retry`"},
      {"resume of what runs", Action::resume, canary(running), Kind::pointless, "not paused"},
      {"resume of what is being resumed", Action::resume,
       canary([](json& r) { r["status"]["pauseConditions"] = nullptr; }), Kind::already,
       "going on"},
      {"resume of an abort that is held up", Action::resume, canary([](json& r) {
         aborted(r);
         r["spec"]["paused"] = true;
       }),
       Kind::sensible, ""},
      {"pause", Action::pause, canary(running), Kind::sensible, ""},
      {"pause of what is promoted", Action::pause, canary(promoted), Kind::sensible,
       "the next one"},
      {"pause again", Action::pause, canary([](json& r) { r["spec"]["paused"] = true; }),
       Kind::already, "spec.paused"},
      {"pause of what git has", Action::pause, canary([](json& r) {
         r["metadata"]["annotations"]["argocd.argoproj.io/tracking-id"] =
             "shop:argoproj.io/Rollout:shop/catalog";
       }),
       Kind::sensible, "Argo CD application `shop` puts git's value back"},
  };
  for (const auto& one : cases) {
    const Judgement found = judge(one.action, one.now);
    std::string text = found.why;
    for (const std::string& note : found.notes) text += " " + note;
    EXPECT_EQ(found.kind, one.kind) << one.name << ": " << text;
    EXPECT_NE(text.find(one.expected), std::string::npos) << one.name << ": " << text;
  }
}

// "status {…}; {…}".
std::string written(Action action, const Before& was, const Rollout& now) {
  std::string out;
  for (const Write& one : writes(action, was, now))
    out += (out.empty() ? "" : "; ") + std::string(one.of_status ? "status " : "") + one.body;
  return out;
}

TEST(RolloutAction, WhatIsWrittenAndNothingTwice) {
  const auto paused_too = [](json& r) { r["spec"]["paused"] = true; };
  struct {
    const char* name;
    Action action;
    Rollout was;
    const char* expected;
  } const cases[] = {
      {"abort", Action::abort, canary(), R"(status {"status":{"abort":true}})"},
      {"retry", Action::retry, canary(aborted), R"(status {"status":{"abort":false}})"},
      {"promote-full", Action::promote_full, canary(), R"(status {"status":{"promoteFull":true}})"},
      {"promote-full, paused", Action::promote_full, canary(paused_too),
       R"(status {"status":{"promoteFull":true}}; {"spec":{"paused":false}})"},
      {"promote-full, promoted", Action::promote_full, canary(promoted), ""},
      {"promote, paused by a step", Action::promote, canary(),
       R"(status {"status":{"pauseConditions":null}})"},
      {"promote, inconclusive", Action::promote, canary([](json& r) {
         r["status"]["canary"]["currentStepAnalysisRunStatus"]["status"] = "Inconclusive";
       }),
       R"(status {"status":{"pauseConditions":null,"controllerPause":false,"currentStepIndex":3}})"},
      {"promote, running", Action::promote, canary(running),
       R"(status {"status":{"pauseConditions":null,"currentStepIndex":2}})"},
      {"promote, running at the last step", Action::promote, canary([](json& r) {
         running(r);
         r["status"]["currentStepIndex"] = 5;
       }),
       R"(status {"status":{"pauseConditions":null,"currentStepIndex":6}})"},
      {"promote, paused both ways", Action::promote, canary(paused_too),
       R"(status {"status":{"pauseConditions":null}}; {"spec":{"paused":false}})"},
      {"promote, paused by hand alone", Action::promote, canary([](json& r) {
         running(r);
         r["spec"]["paused"] = true;
       }),
       R"({"spec":{"paused":false}})"},
      {"promote, blue-green", Action::promote, blue_green(),
       R"(status {"status":{"pauseConditions":null}})"},
      {"resume", Action::resume, canary(paused_too),
       R"(status {"status":{"pauseConditions":null}}; {"spec":{"paused":false}})"},
      {"resume, running", Action::resume, canary(running), ""},
      {"pause", Action::pause, canary(), R"({"spec":{"paused":true}})"},
  };
  for (const auto& one : cases) {
    const Before was = before(one.was);
    EXPECT_EQ(written(one.action, was, one.was), one.expected) << one.name;
    const auto again = read_before(to_text(was));
    ASSERT_TRUE(again) << one.name;
    EXPECT_EQ(written(one.action, *again, one.was), one.expected) << one.name;
    // After all of it has been merged in, nothing is left.
    const json after = [&] {
      json object = json::parse(one.was.json);
      for (const Write& write : writes(one.action, was, one.was))
        object.merge_patch(json::parse(write.body));
      return object;
    }();
    EXPECT_EQ(written(one.action, was, made(after, {})), "") << one.name;
  }
  Before restart = before(canary());
  restart.restart_at = "2026-11-22T12:00:00Z";
  EXPECT_EQ(written(Action::restart, restart, canary()),
            R"({"spec":{"restartAt":"2026-11-22T12:00:00Z"}})");
  EXPECT_EQ(guarded(R"({"spec":{"paused":false}})", "812"),
            R"({"metadata":{"resourceVersion":"812"},"spec":{"paused":false}})");
  EXPECT_FALSE(read_before("{}"));
  EXPECT_FALSE(read_before("x"));
}

ReplicaSet stable_of(std::int64_t available) {
  ReplicaSet out;
  out.hash = "aaa";
  out.available = available;
  return out;
}

TEST(RolloutAction, WhenAnAbortHasSettled) {
  using State = Progress::State;
  const ReplicaSet full = stable_of(4), half = stable_of(2);
  const auto basic = [](std::int64_t updated, std::int64_t available) {
    return canary([=](json& r) {
      aborted(r);
      r["spec"]["strategy"]["canary"].erase("trafficRouting");
      r["status"]["canary"].erase("weights");
      r["status"]["updatedReplicas"] = updated;
      r["status"]["availableReplicas"] = available;
    });
  };
  struct {
    const char* name;
    Rollout now;
    const ReplicaSet* stable;
    State state;
    const char* expected;
  } const cases[] = {
      {"just asked", canary([](json& r) { r["status"]["abort"] = true; }), &full, State::going,
       "not looked at"},
      {"weight left", canary([](json& r) {
         aborted(r);
         r["status"]["canary"]["weights"]["canary"]["weight"] = 20;
       }),
       &full, State::going, "20 % of the traffic"},
      {"router not asked", canary([](json& r) {
         aborted(r);
         r["status"]["canary"]["weights"]["verified"] = false;
       }),
       &full, State::going, "has not confirmed"},
      {"stable grows again", canary(aborted), &half, State::going, "2 of 4 stable pods"},
      {"all there", canary(aborted), &full, State::settled, "4 of 4 pods"},
      {"no right to see ReplicaSets", canary(aborted), nullptr, State::settled, "4 of 4"},
      {"the same, pods of the new version may be among them", canary([](json& r) {
         aborted(r);
         r["status"]["updatedReplicas"] = 2;
       }),
       nullptr, State::going, "at least 3 of 4"},
      {"basic canary, new pods left", basic(1, 5), &full, State::going, "1 pods of the new"},
      {"basic canary, stable not full", basic(0, 3), nullptr, State::going, "at least 3 of 4"},
      {"basic canary", basic(0, 4), nullptr, State::settled, "4 of 4"},
      {"held by spec.paused", canary([](json& r) {
         r["status"]["abort"] = true;
         r["spec"]["paused"] = true;
       }),
       &full, State::stuck, "`resume`"},
      {"promoted fully meanwhile", canary([](json& r) {
         r["status"]["abort"] = true;
         r["status"]["promoteFull"] = true;
       }),
       &full, State::going, "#4461"},
      {"too late", canary(promoted), &full, State::lost, "promoted fully before"},
      {"taken away", canary(), &full, State::lost, "taken away"},
      {"tried again", canary([](json& r) {
         aborted(r);
         r["status"]["abort"] = false;
       }),
       &full, State::lost, "try it again"},
      {"another template", canary([](json& r) { r["status"]["currentPodHash"] = "ccc"; }), &full,
       State::lost, "another by now"},
      {"git was reverted meanwhile", canary([](json& r) {
         r["status"]["currentPodHash"] = "aaa";
         r["status"]["phase"] = "Healthy";
       }),
       &full, State::settled, "that of the stable version"},
      {"made anew", canary([](json& r) { r["metadata"]["uid"] = "uid-2"; }), &full, State::lost,
       "made anew"},
      {"blue-green, not switched back", blue_green([](json& r) {
         aborted(r);
         r["status"]["canary"] = nullptr;
         r["status"]["blueGreen"]["activeSelector"] = "bbb";
       }),
       &full, State::going, "the active service selects bbb"},
      {"blue-green", blue_green([](json& r) {
         aborted(r);
         r["status"]["canary"] = nullptr;
         r["status"]["availableReplicas"] = 4;
       }),
       nullptr, State::settled, "4 of 4"},
  };
  const Before was = before(canary());
  for (const auto& one : cases) {
    const Progress found = progress_of(Action::abort, was, one.now, one.stable);
    EXPECT_EQ(found.state, one.state) << one.name << ": " << found.words;
    EXPECT_NE(found.words.find(one.expected), std::string::npos) << one.name << ": " << found.words;
  }
}

TEST(RolloutAction, WhenTheOthersHaveSettled) {
  using State = Progress::State;
  struct {
    const char* name;
    Action action;
    Rollout was, now;
    State state;
    const char* expected;
  } const cases[] = {
      {"promote-full goes on", Action::promote_full, canary(),
       canary([](json& r) { r["status"]["promoteFull"] = true; }), State::going, "1 of 4 new pods"},
      {"promote-full, old pods left", Action::promote_full, canary(), canary([](json& r) {
         promoted(r);
         r["status"]["phase"] = "Progressing";
         r["status"]["message"] = "old replicas are pending termination";
       }),
       State::going, "old replicas"},
      {"promote-full is done", Action::promote_full, canary(), canary(promoted), State::settled,
       "the stable one"},
      {"promote-full was lost", Action::promote_full, canary(), canary(running), State::lost,
       "took the flag away"},
      {"promote-full was aborted", Action::promote_full, canary(), canary(aborted), State::lost,
       "aborted"},
      {"promote-full of another template", Action::promote_full, canary(),
       canary([](json& r) { r["status"]["currentPodHash"] = "ccc"; }), State::lost, "another"},
      {"retry is not seen", Action::retry, canary(aborted), canary([](json& r) {
         aborted(r);
         r["status"]["abort"] = false;
       }),
       State::going, "not looked at"},
      {"retry", Action::retry, canary(aborted), canary(running), State::settled, "step 2 of 6"},
      {"retry is aborted again", Action::retry, canary(aborted), canary(aborted), State::lost,
       "RolloutAborted"},
      {"promote is not seen", Action::promote, canary(),
       canary([](json& r) { r["status"]["pauseConditions"] = nullptr; }), State::going,
       "not looked at"},
      {"promote", Action::promote, canary(), canary([](json& r) {
         running(r);
         r["status"]["currentStepIndex"] = 3;
       }),
       State::settled, "step 4 of 6"},
      {"promote, and the next pause", Action::promote, canary(),
       canary([](json& r) { r["status"]["currentStepIndex"] = 4; }), State::settled, "step 5 of 6"},
      {"paused again", Action::resume, canary(), canary(), State::lost, "paused again"},
      {"pause is not seen", Action::pause, canary(running), canary([](json& r) {
         running(r);
         r["spec"]["paused"] = true;
         r["metadata"]["generation"] = 8;
       }),
       State::going, "not looked at"},
      {"pause", Action::pause, canary(running), canary([](json& r) {
         running(r);
         r["spec"]["paused"] = true;
       }),
       State::settled, "it is paused"},
      {"pause was healed", Action::pause, canary(running), canary(running), State::lost,
       "taken away"},
  };
  for (const auto& one : cases) {
    const Progress found = progress_of(one.action, before(one.was), one.now, nullptr);
    EXPECT_EQ(found.state, one.state) << one.name << ": " << found.words;
    EXPECT_NE(found.words.find(one.expected), std::string::npos) << one.name << ": " << found.words;
  }
}

TEST(RolloutAction, SaysWhatIsLeftAfterAnAbort) {
  ReplicaSet stable = stable_of(4);
  stable.images = {"ghcr.io/acme/catalog:v1"};
  const Next next = what_next(Action::abort, canary(aborted), {stable});
  std::string text;
  for (const auto* list : {&next.facts, &next.to_do})
    for (const std::string& line : *list) text += line + "\n";
  for (const char* expected :
       {"stable version aaa (`ghcr.io/acme/catalog:v1`)", "still names `ghcr.io/acme/catalog:v2`",
        "Degraded until git is reverted", "a retry brings that version again",
        "revert `ghcr.io/acme/catalog:v2` in git"})
    EXPECT_NE(text.find(expected), std::string::npos) << text;
}

// ---- undo

std::vector<ReplicaSet> sets(const std::vector<json>& objects) {
  std::string why;
  const auto out = read_replica_sets(json{{"items", objects}}.dump(), "uid-1", why);
  EXPECT_TRUE(out) << why;
  return out.value_or(std::vector<ReplicaSet>());
}

std::vector<json> three() {
  return {test::replica_set("aaa", 1, "c:v1", 0, "2026-11-20T10:00:00Z"),
          test::replica_set("bbb", 3, "c:v3", 4, "2026-11-22T10:00:00Z"),
          test::replica_set("ccc", 2, "c:v2", 0, "2026-11-21T10:00:00Z")};
}

TEST(RolloutUndo, RevisionsAreTheReplicaSetsItControls) {
  std::vector<json> objects = three();
  objects.push_back(test::replica_set("ddd", 9, "c:foreign", 1, "2026-11-22T10:00:00Z"));
  objects.back()["metadata"]["ownerReferences"][0]["uid"] = "uid-of-another";
  objects.push_back(test::replica_set("eee", 8, "c:canary", 1, "2026-11-22T10:00:00Z"));
  objects.back()["metadata"]["annotations"]["experiment.argoproj.io/name"] = "e";
  objects.push_back(test::replica_set("fff", 7, "c:odd", 1, "2026-11-22T10:00:00Z"));
  objects.back()["metadata"]["annotations"]["rollout.argoproj.io/revision"] = "seven";
  const Rollout now = canary(promoted);
  const auto found = revisions_of(now, sets(objects));
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].number, 3);
  EXPECT_TRUE(found[0].current && found[0].stable);
  EXPECT_EQ(found[1].images, std::vector<std::string>{"c:v2"});
  EXPECT_EQ(found[2].created_at, "2026-11-20T10:00:00Z");
  EXPECT_EQ(age(found[2].created_at, *parse_instant("2026-11-22T10:30:00Z")), "2 d");
  EXPECT_EQ(age(found[0].created_at, *parse_instant("2026-11-22T10:30:00Z")), "30 min");
  EXPECT_EQ(age("soon", Instant{}), "");
}

TEST(RolloutUndo, ChoosesAndSaysWhatComes) {
  const auto with_window = [](int revisions) {
    return canary([=](json& r) {
      promoted(r);
      r["spec"]["rollbackWindow"]["revisions"] = revisions;
    });
  };
  struct {
    const char* name;
    Rollout now;
    std::int64_t to;
    const char* hash;
    bool skips;
    const char* expected;
  } const cases[] = {
      {"the one before", canary(promoted), 0, "ccc", false, "all steps, pauses and analysis run"},
      {"by number", canary(promoted), 1, "aaa", false, "all steps"},
      {"within the window", with_window(1), 2, "ccc", true, "`rollbackWindow`"},
      {"one too far back", with_window(1), 1, "aaa", false, "all steps"},
      {"a wider window", with_window(2), 1, "aaa", true, "`rollbackWindow`"},
      {"to the stable one, in the middle", canary(), 1, "aaa", true, "it is the stable version"},
      {"the one before is not the stable one", canary(), 0, "ccc", false,
       "is not the stable version"},
      {"of git", canary([](json& r) {
         promoted(r);
         r["metadata"]["labels"]["app.kubernetes.io/instance"] = "shop";
       }),
       0, "ccc", false, "a self-heal or the next sync brings back"},
  };
  for (const auto& one : cases) {
    const auto found = choose(one.now, sets(three()), one.to);
    ASSERT_TRUE(found) << one.name << found.error().message;
    EXPECT_EQ(found->target.hash, one.hash) << one.name;
    EXPECT_EQ(found->skips_steps, one.skips) << one.name;
    EXPECT_FALSE(found->nothing_to_do) << one.name;
    std::string text;
    for (const std::string& note : found->notes) text += note + "\n";
    EXPECT_NE(text.find(one.expected), std::string::npos) << one.name << ": " << text;
  }
  EXPECT_TRUE(choose(canary(promoted), sets(three()), 3)->nothing_to_do);
  std::vector<json> switched = three();
  switched[2]["status"]["replicas"] = 4;
  EXPECT_TRUE(choose(blue_green(promoted), sets(switched), 0)->skips_steps);
}

TEST(RolloutUndo, WithoutAnEarlierRevisionItSaysSo) {
  const auto failure = [](const std::vector<json>& objects, std::int64_t to) {
    const auto found = choose(canary(promoted), sets(objects), to);
    return found ? "no error" : found.error().message;
  };
  EXPECT_NE(failure({}, 0).find("`revisionHistoryLimit` may be 0"), std::string::npos);
  EXPECT_NE(failure({three()[1]}, 0).find("all there is: 3"), std::string::npos);
  EXPECT_NE(failure(three(), 9).find("known are 3, 2, 1"), std::string::npos);
  std::string why;
  EXPECT_FALSE(read_replica_sets("{}", "uid-1", why));
  EXPECT_FALSE(read_replica_sets("[]", "uid-1", why));
  EXPECT_TRUE(read_replica_sets(R"({"items":null})", "uid-1", why)->empty());
}

TEST(RolloutUndo, WritesTheTemplateWithoutItsHash) {
  const auto earlier = sets({three()[0]});
  const std::string pod =
      R"({"metadata":{"labels":{"app":"catalog"}},"spec":{"containers":[{"image":"c:v1","name":"app"}],"restartPolicy":"Always"}})";
  EXPECT_EQ(earlier[0].template_json, pod);
  EXPECT_EQ(undo_patch(*read_holder(test::canary().dump()), earlier[0]),
            R"([{"op":"test","path":"/metadata/generation","value":7},)"
            R"({"op":"replace","path":"/spec/template","value":)" +
                pod + "}]");
  EXPECT_EQ(
      undo_patch(*read_holder(R"({"metadata":{"resourceVersion":"8"},"template":{}})"), earlier[0]),
      R"([{"op":"test","path":"/metadata/resourceVersion","value":"8"},)"
      R"({"op":"replace","path":"/template","value":)" +
          pod + "}]");
  EXPECT_TRUE(same_template(
      pod,
      R"({"metadata":{"creationTimestamp":null,"labels":{"app":"catalog","rollouts-pod-template-hash":"x"}},
    "spec":{"restartPolicy":"Always","containers":[{"name":"app","image":"c:v1"}]}})"));
  EXPECT_FALSE(same_template(pod, "{}"));
  EXPECT_FALSE(same_template("x", "x"));
  EXPECT_FALSE(read_holder("{}"));
}

TEST(RolloutUndo, WhenItHasSettled) {
  using State = Progress::State;
  EXPECT_EQ(undo_progress(canary([](json& r) { r["metadata"]["generation"] = 8; }), "ccc").state,
            State::going);
  EXPECT_EQ(undo_progress(canary(promoted), "bbb").state, State::settled);
  EXPECT_EQ(undo_progress(canary(running), "bbb").state, State::going);
  EXPECT_EQ(undo_progress(canary(), "bbb").state, State::stuck);
  EXPECT_EQ(undo_progress(canary(aborted), "bbb").state, State::lost);
  const Progress healed = undo_progress(canary(), "ccc");
  EXPECT_EQ(healed.state, State::lost);
  EXPECT_NE(healed.words.find("healed from git"), std::string::npos);
}

}  // namespace
}  // namespace backout::rollout
