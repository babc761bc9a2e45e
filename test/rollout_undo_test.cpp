// Undo: the revisions to choose from, what is written, and what comes.
#include <gtest/gtest.h>

#include "rollout/undo.h"
#include "rollout_fixture.h"

namespace backout::rollout {
namespace {

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
