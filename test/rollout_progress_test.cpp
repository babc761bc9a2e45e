// When an action has settled, is lost or stuck, and what is left to do then.
#include <gtest/gtest.h>

#include "rollout/action.h"
#include "rollout/words.h"
#include "rollout_fixture.h"

namespace backout::rollout {
namespace {

TEST(RolloutProgress, WhenAnAbortHasSettled) {
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

TEST(RolloutProgress, WhenTheOthersHaveSettled) {
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

TEST(RolloutProgress, SaysWhatIsLeftAfterAnAbort) {
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

}  // namespace
}  // namespace backout::rollout
