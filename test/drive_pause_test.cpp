// `backout app pause` and `resume`: off, and on again byte for byte, whoever asks and from where.
#include "drive_fixture.h"

namespace backout::test {
namespace {

class DrivePause : public DriveScenario {
 protected:
  // A world whose `catalog` has this sync policy.
  static sim::World world_with(const std::string& policy, const std::string& version = "v3.1.2") {
    sim::World world = sim::shop_world();
    world.version = version;
    sim::App& app = world.app("catalog");
    sim::Json spec = sim::Json::parse(app.spec);
    spec["syncPolicy"] = sim::Json::parse(policy);
    app.spec = spec.dump();
    return world;
  }
};

TEST_F(DrivePause, RestoresWhatWasThere) {
  const struct {
    const char *policy, *version;
  } cases[] = {
      {R"({"automated":{"prune":true,"selfHeal":true},"retry":{"limit":5}})", "v3.1.2"},
      {R"({"automated":{},"syncOptions":["CreateNamespace=true"]})", "v3.1.2"},
      {R"({"automated":{"enabled":true,"allowEmpty":false}})", "v3.5.0"},
      {R"({"automated":{"prune":true}})", "v2.10.4"},
      {R"({"automated":{}})", "v2.9.0"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.policy);
    TemporaryDirectory state;
    ArgocdServer argocd(world_with(one.policy, one.version));
    const auto app = [&](const char* command) {
      Words words = with_quick_times({"app", command, "catalog", "--yes"});
      return backout(state.path(), words, drive_setting(argocd, state.path()));
    };
    const std::string before = policy_in(argocd);
    Ended ended = app("pause");
    EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
    const bool knows = std::string_view(one.version) >= "v3";
    EXPECT_EQ(policy_in(argocd).find(R"("enabled":false)") != std::string::npos, knows)
        << policy_in(argocd);
    ended = app("resume");
    EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
    EXPECT_EQ(policy_in(argocd), before);
  }
}

// Validation asks git, which is down: the gateway gives up before the server does.
TEST_F(DrivePause, AValidationThatTakesTooLongIsGoneAround) {
  const std::string before = policy();
  server.add_fault({.kind = Fault::Kind::status, .method = "PATCH", .times = -1, .status = 504});
  const Ended ended = drive({"app", "pause", "catalog"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_NE(policy().find(R"("enabled":false)"), std::string::npos) << policy();
  EXPECT_EQ(drive({"app", "resume", "catalog"}).code, 0);
  EXPECT_EQ(policy(), before);
}

// First off, to have quiet; then back.
TEST_F(DrivePause, ARollbackUnderAPauseOfOurs) {
  const std::string before = policy();
  ASSERT_EQ(drive({"app", "pause", "catalog"}).code, 0);
  const Ended ended = drive({"rollback", "catalog"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(sim::deployed(catalog()), sim::Words{sim::sha('1')});
  EXPECT_NE(ended.err.find("auto-sync stays paused by operation"), std::string::npos) << ended.err;
  ASSERT_EQ(open().size(), 1U);
  merge_revert();
  EXPECT_EQ(drive({"app", "resume", "catalog"}).code, 0);
  EXPECT_EQ(policy(), before);
}

TEST_F(DrivePause, IsRestoredByAnotherPersonFromTheAnnotation) {
  const std::string before = policy();
  ASSERT_EQ(drive({"app", "pause", "catalog"}, "ana").code, 0);
  const Ended ended = drive({"app", "resume", "catalog"}, "ben");
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(policy(), before);
  EXPECT_TRUE(catalog().annotations.empty());
}

TEST_F(DrivePause, RemindsUntilItIsOver) {
  ASSERT_EQ(drive({"app", "pause", "catalog"}).code, 0);
  Ended ended = run({"rules"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_NE(ended.err.find("auto-sync of `argocd/catalog` is paused since"), std::string::npos)
      << ended.err;
  ended = run({"status"});
  EXPECT_NE(ended.out.find("is paused since"), std::string::npos) << ended.out;
  const auto status = nlohmann::json::parse(run({"status", "--format", "json"}).out);
  ASSERT_EQ(status.size(), 1U);
  EXPECT_EQ(status[0]["outcome"], "open");
  ASSERT_EQ(drive({"app", "resume", "catalog"}).code, 0);
  EXPECT_EQ(run({"rules"}).err, "");
  EXPECT_EQ(run({"status"}).out, "no operation is open\n");
}

TEST_F(DrivePause, TwiceIsRefused) {
  ASSERT_EQ(drive({"app", "pause", "catalog"}, "ana").code, 0);
  const int before = server.mutations();
  Ended ended = drive({"app", "pause", "catalog"}, "ana");
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_NE((ended.out + ended.err).find("is open for it"), std::string::npos) << ended.out;
  ended = drive({"rollback", "catalog"}, "ben");
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("somebody's operation has paused its auto-sync"), std::string::npos)
      << ended.out;
  EXPECT_EQ(server.mutations(), before);
}

// A server from 3.5 has an action for those who may not write the application.
TEST_F(DrivePause, WithoutTheRightToUpdateByTheAction) {
  for (const char* const policy :
       {R"({"automated":{"prune":true}})", R"({"automated":{"enabled":true}})"}) {
    SCOPED_TRACE(policy);
    TemporaryDirectory state;
    sim::World world = world_with(policy, "v3.5.1");
    world.tokens.front().denied.insert("update");
    ArgocdServer argocd(world);
    const auto app = [&](const char* command) {
      return backout(state.path(), with_quick_times({"app", command, "catalog", "--yes"}),
                     drive_setting(argocd, state.path()));
    };
    Ended ended = app("pause");
    EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
    EXPECT_NE(policy_in(argocd).find(R"("enabled":false)"), std::string::npos);
    ended = app("resume");
    EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
    EXPECT_NE(policy_in(argocd).find(R"("enabled":true)"), std::string::npos);
  }
}

// The target does not render: a patch is validated and refused, a PUT of the spec is not.
TEST_F(DrivePause, WorksWhenTheTargetCannotBeRendered) {
  const std::string before = policy();
  server.change([](sim::World& world) {
    world.git.find(sim::gitops)->second.commits.back().render_error = "helm template failed";
  });
  const Ended ended = drive({"app", "pause", "catalog"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_NE(policy(), before);
  EXPECT_NE(ended.err.find("without validation"), std::string::npos) << ended.err;
  ASSERT_EQ(drive({"app", "resume", "catalog"}).code, 0);
  EXPECT_EQ(policy(), before);
}

TEST_F(DrivePause, WorksWhenGitIsDown) {
  server.change([](sim::World& world) { world.git.find(sim::gitops)->second.down = true; });
  const Ended ended = drive({"app", "pause", "catalog"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
}

// Somebody else changes the policy between our look and our request.
TEST_F(DrivePause, SeesThatThePolicyWasChangedMeanwhile) {
  bool changed = false;
  server.set_hook([&](const HttpRequest& request, When when) {
    if (when == When::before && request.method == "PATCH" && !changed) {
      changed = true;
      server.change([](sim::World& world) {
        sim::Json spec = sim::Json::parse(world.app("catalog").spec);
        spec["syncPolicy"]["automated"]["prune"] = false;
        world.app("catalog").spec = spec.dump();
      });
    }
    return true;
  });
  const Ended ended = drive({"app", "pause", "catalog"});
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("somebody else is at work"), std::string::npos) << ended.out;
  EXPECT_EQ(policy().find(R"("enabled":false)"), std::string::npos) << policy();
  server.set_hook({});
  EXPECT_EQ(run({"undo", "--yes"}).code, 1);  // and it is not overwritten either
  EXPECT_NE(policy().find(R"("prune":false)"), std::string::npos);
}

TEST_F(DrivePause, SaysWhatItWouldDo) {
  const Ended ended = run({"app", "pause", "catalog", "--dry-run", "--format", "json"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  const auto plan = nlohmann::json::parse(ended.out);
  EXPECT_EQ(plan["steps"][0]["kind"], "pause-auto-sync");
  EXPECT_EQ(server.mutations(), 0);
}

TEST_F(DrivePause, NeedsAWordWhereNobodyCanBeAsked) {
  const Ended ended = run({"app", "pause", "catalog"});
  EXPECT_EQ(ended.code, 2) << ended.out;
  EXPECT_NE(ended.err.find("`--yes`"), std::string::npos) << ended.err;
  EXPECT_EQ(server.mutations(), 0);
}

}  // namespace
}  // namespace backout::test
