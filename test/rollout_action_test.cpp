// What can be done to a Rollout: when it makes sense, and what is written.
#include <gtest/gtest.h>

#include "rollout/action.h"
#include "rollout/words.h"
#include "rollout_fixture.h"

namespace backout::rollout {
namespace {

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

}  // namespace
}  // namespace backout::rollout
