// The process is killed (SIGKILL) before and after every request and every line of the journal, and
// `resume` goes on: each change is made once, whatever the point.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <csignal>

#include "rollout_scene.h"

namespace backout::test {
namespace {

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

}  // namespace
}  // namespace backout::test
