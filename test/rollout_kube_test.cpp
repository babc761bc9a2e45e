// Actions through the Kubernetes API: each is one exact request, may be made again after a crash,
// and gives way to somebody else's change.
#include <gtest/gtest.h>

#include "kube_server.h"
#include "rollout/kube.h"

namespace backout::rollout {
namespace {

using nlohmann::json;
using test::catalog_path;
using test::HttpReply;
using test::HttpRequest;
using test::KubeServer;

constexpr const char* replica_sets_path = "/apis/apps/v1/namespaces/shop/replicasets/";
constexpr const char* deployment_path = "/apis/apps/v1/namespaces/shop/deployments/catalog";
const Target catalog{"shop", "catalog"};

kube::Client client_of(const KubeServer& server) {
  kube::Client out{kube::Settings{}};
  out.settings.server = server.url();
  out.settings.origin = "context `test`";
  out.settings.user.token = "s3cr3t-token";
  out.patience.first_pause = std::chrono::milliseconds(1);
  return out;
}

void put_replica_sets(KubeServer& server) {
  const auto put = [&](const char* hash, int revision, const char* image, int pods) {
    server.put(replica_sets_path + std::string("catalog-") + hash,
               test::replica_set(hash, revision, image, pods, "2026-11-20T10:00:00Z"));
  };
  put("aaa", 1, "ghcr.io/acme/catalog:v1", 4);
  put("bbb", 2, "ghcr.io/acme/catalog:v2", 1);
}

// What is sent to a Rollout as `edit` makes it, versions written as VERSION.
std::string sent(Action action, const std::function<void(json&)>& edit, bool subresource = true) {
  KubeServer server;
  server.status_subresource = subresource;
  json object = test::canary();
  if (edit) edit(object);
  server.put(catalog_path, object);
  kube::Client client = client_of(server);
  const auto now = observe(client, catalog);
  if (!now) return now.error().message;
  Before was = before(*now);
  was.restart_at = "2026-11-22T12:00:00Z";
  const Done done = perform(client, catalog, action, was);
  if (done.kind != Done::Kind::done) return done.error.message;
  std::string out = server.changes();
  for (int version = 100; version < 120; ++version) {
    const std::string text = "\"" + std::to_string(version) + "\"";
    for (std::size_t at = 0; (at = out.find(text, at)) != std::string::npos;)
      out.replace(at, text.size(), "VERSION");
  }
  for (std::size_t at = 0; (at = out.find(catalog_path)) != std::string::npos;)
    out.replace(at, catalog_path.size(), "~");
  EXPECT_EQ(perform(client, catalog, action, was).writes, 0);  // again, after a crash: nothing
  return out;
}

TEST(RolloutKube, EveryActionIsItsExactRequests) {
  const auto aborted = [](json& r) { r["status"]["abort"] = true; };
  const auto paused_too = [](json& r) { r["spec"]["paused"] = true; };
  const auto inconclusive = [](json& r) {
    r["status"]["canary"]["currentStepAnalysisRunStatus"]["status"] = "Inconclusive";
  };
  const auto running = [](json& r) {
    r["status"]["pauseConditions"] = nullptr;
    r["status"]["controllerPause"] = false;
  };
  const auto promoted = [](json& r) { r["status"]["stableRS"] = "bbb"; };
  struct {
    Action action;
    std::function<void(json&)> edit;
    const char* expected;
  } const cases[] = {
      {Action::abort,
       {},
       R"(PATCH ~/status application/merge-patch+json {"status":{"abort":true}}
)"},
      {Action::retry, aborted,
       R"(PATCH ~/status application/merge-patch+json {"metadata":{"resourceVersion":VERSION},"status":{"abort":false}}
)"},
      {Action::promote_full,
       {},
       R"(PATCH ~/status application/merge-patch+json {"metadata":{"resourceVersion":VERSION},"status":{"promoteFull":true}}
)"},
      {Action::promote_full, promoted, ""},
      {Action::promote_full, paused_too,
       R"(PATCH ~/status application/merge-patch+json {"metadata":{"resourceVersion":VERSION},"status":{"promoteFull":true}}
PATCH ~ application/merge-patch+json {"metadata":{"resourceVersion":VERSION},"spec":{"paused":false}}
)"},
      {Action::promote, inconclusive,
       R"(PATCH ~/status application/merge-patch+json {"metadata":{"resourceVersion":VERSION},"status":{"pauseConditions":null,"controllerPause":false,"currentStepIndex":3}}
)"},
      {Action::promote,
       {},
       R"(PATCH ~/status application/merge-patch+json {"metadata":{"resourceVersion":VERSION},"status":{"pauseConditions":null}}
)"},
      {Action::promote, running,
       R"(PATCH ~/status application/merge-patch+json {"metadata":{"resourceVersion":VERSION},"status":{"pauseConditions":null,"currentStepIndex":3}}
)"},
      {Action::resume, paused_too,
       R"(PATCH ~/status application/merge-patch+json {"metadata":{"resourceVersion":VERSION},"status":{"pauseConditions":null}}
PATCH ~ application/merge-patch+json {"metadata":{"resourceVersion":VERSION},"spec":{"paused":false}}
)"},
      {Action::pause, {}, R"(PATCH ~ application/merge-patch+json {"spec":{"paused":true}}
)"},
      {Action::restart,
       {},
       R"(PATCH ~ application/merge-patch+json {"spec":{"restartAt":"2026-11-22T12:00:00Z"}}
)"},
  };
  for (const auto& one : cases)
    EXPECT_EQ(sent(one.action, one.edit), one.expected) << name_of(one.action);
}

TEST(RolloutKube, WithoutAStatusSubresourceTheObjectItselfIsPatched) {
  EXPECT_EQ(sent(Action::abort, {}, false),
            R"(PATCH ~/status application/merge-patch+json {"status":{"abort":true}}
PATCH ~ application/merge-patch+json {"status":{"abort":true}}
)");
  EXPECT_EQ(
      sent(
          Action::resume, [](json& r) { r["spec"]["paused"] = true; }, false),
      R"(PATCH ~/status application/merge-patch+json {"metadata":{"resourceVersion":VERSION},"status":{"pauseConditions":null}}
PATCH ~ application/merge-patch+json {"metadata":{"resourceVersion":VERSION},"status":{"pauseConditions":null}}
PATCH ~ application/merge-patch+json {"metadata":{"resourceVersion":VERSION},"spec":{"paused":false}}
)");
}

TEST(RolloutKube, AnAbortIsWaitedForUntilTheStableVersionIsBack) {
  KubeServer server;
  put_replica_sets(server);
  server.edit(replica_sets_path + std::string("catalog-aaa"),
              [](json& set) { set["status"]["availableReplicas"] = 3; });
  server.put(catalog_path, test::canary());
  server.set_controller(catalog_path, [&](json& r, int reads) {
    if (!r["status"].value("abort", false)) return;
    if (reads >= 5) {
      r["status"]["abortedAt"] = "2026-11-22T11:00:00Z";
      r["status"]["pauseConditions"] = nullptr;
    }
    if (reads >= 6) r["status"]["canary"]["weights"]["canary"]["weight"] = 0;
    if (reads >= 7)
      server.edit(replica_sets_path + std::string("catalog-aaa"),
                  [](json& set) { set["status"]["availableReplicas"] = 4; });
  });
  kube::Client client = client_of(server);
  const auto now = observe(client, catalog);
  ASSERT_TRUE(now) << now.error().message;
  const Before was = before(*now);
  ASSERT_EQ(perform(client, catalog, Action::abort, was).writes, 1);
  std::vector<std::string> seen;
  for (int poll = 0; poll < 10; ++poll) {
    const auto found = look(client, catalog, Action::abort, was);
    ASSERT_TRUE(found) << found.error().message;
    seen.push_back(found->progress.words);
    if (found->progress.state == Progress::State::settled) break;
    EXPECT_EQ(found->progress.state, Progress::State::going) << found->progress.words;
  }
  ASSERT_EQ(seen.size(), 4U);
  EXPECT_EQ(seen[0], "the controller has not looked at the abort yet");
  EXPECT_EQ(seen[1], "20 % of the traffic goes to the new version");
  EXPECT_EQ(seen[2], "3 of 4 stable pods are available");
  EXPECT_NE(seen[3].find("all traffic goes to the stable version"), std::string::npos);
}

TEST(RolloutKube, WithoutTheRightToSeeReplicaSetsTheRolloutsNumbersCount) {
  KubeServer server;
  server.forbidden = {"get replicasets"};
  json object = test::canary();
  object["status"]["abort"] = true;
  object["status"]["abortedAt"] = "2026-11-22T11:00:00Z";
  object["status"]["canary"]["weights"]["canary"]["weight"] = 0;
  server.put(catalog_path, object);
  kube::Client client = client_of(server);
  const auto found = look(client, catalog, Action::abort, before(*observe(client, catalog)));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->progress.state, Progress::State::settled) << found->progress.words;
}

TEST(RolloutKube, AQuickerWriterIsLookedAtAgain) {
  KubeServer server;
  server.put(catalog_path, test::canary());
  // The controller writes its status twice before we come through.
  server.before_patch = [](KubeServer& self, int patches) {
    if (patches <= 2)
      self.edit(catalog_path,
                [&](json& r) { r["status"]["message"] = "x" + std::to_string(patches); });
  };
  kube::Client client = client_of(server);
  const auto now = observe(client, catalog);
  const Done done = perform(client, catalog, Action::promote_full, before(*now));
  EXPECT_EQ(done.kind, Done::Kind::done) << done.error.message;
  EXPECT_EQ(done.writes, 1);
  EXPECT_TRUE(server.object(catalog_path)["status"]["promoteFull"].get<bool>());

  // Somebody else all the time: it ends.
  server.put(catalog_path, test::canary());
  server.before_patch = [](KubeServer& self, int patches) {
    self.edit(catalog_path,
              [&](json& r) { r["status"]["message"] = "y" + std::to_string(patches); });
  };
  const Done never = perform(client, catalog, Action::promote_full, before(*now));
  EXPECT_EQ(never.kind, Done::Kind::refused);
  EXPECT_NE(never.error.message.find("all the time"), std::string::npos) << never.error.message;
}

TEST(RolloutKube, SomebodyElsesTemplateIsNotPromoted) {
  KubeServer server;
  server.put(catalog_path, test::canary());
  server.before_patch = [](KubeServer& self, int patches) {
    if (patches == 1)
      self.edit(catalog_path, [](json& r) {
        r["spec"]["template"]["spec"]["containers"][0]["image"] = "ghcr.io/acme/catalog:v3";
        r["status"]["currentPodHash"] = "ccc";
      });
  };
  kube::Client client = client_of(server);
  const Done done =
      perform(client, catalog, Action::promote_full, before(*observe(client, catalog)));
  EXPECT_EQ(done.kind, Done::Kind::changed);
  EXPECT_NE(done.error.message.find("`ghcr.io/acme/catalog:v3`"), std::string::npos)
      << done.error.message;
  EXPECT_FALSE(server.object(catalog_path)["status"].contains("promoteFull"));
}

TEST(RolloutKube, RefusalsNameWhatIsMissing) {
  KubeServer server;
  server.put(catalog_path, test::canary());
  kube::Client client = client_of(server);
  const Before was = before(*observe(client, catalog));
  server.forbidden = {"patch rollouts/status"};
  const Done done = perform(client, catalog, Action::abort, was);
  EXPECT_EQ(done.kind, Done::Kind::refused);
  EXPECT_NE(done.error.message.find(
                "cannot patch resource \"rollouts/status\" in API group \"argoproj.io\""),
            std::string::npos)
      << done.error.message;
  EXPECT_NE(done.error.message.find("verb `patch`, resource `rollouts/status`"), std::string::npos);

  server.forbidden.clear();
  const auto gone = observe(client, {"shop", "gone"});
  ASSERT_FALSE(gone);
  EXPECT_NE(gone.error().message.find("rollouts \"gone\" not found"), std::string::npos);
  EXPECT_EQ(perform(client, {"shop", "gone"}, Action::abort, was).kind, Done::Kind::refused);
  server.token = "another";
  EXPECT_NE(observe(client, catalog).error().message.find("may have expired"), std::string::npos);
}

TEST(RolloutKube, NoAnswerLeavesItOpenAndTheNextCallLooksFirst) {
  KubeServer server;
  server.put(catalog_path, test::canary());
  kube::Client client = client_of(server);
  const Before was = before(*observe(client, catalog));
  // The change is made, and the answer is lost.
  bool lost = false;
  server.instead = [&](const HttpRequest& request) {
    if (request.method != "PATCH" || lost) return HttpReply{.status = 0};
    lost = true;
    server.edit(catalog_path, [](json& r) { r["status"]["abort"] = true; });
    return HttpReply{.raw = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"half\":"};
  };
  const Done first = perform(client, catalog, Action::abort, was);
  EXPECT_EQ(first.kind, Done::Kind::unknown);
  EXPECT_NE(first.error.message.find("may have been made"), std::string::npos);
  const Done second = perform(client, catalog, Action::abort, was);
  EXPECT_EQ(second.kind, Done::Kind::done);
  EXPECT_EQ(second.writes, 0);
}

TEST(RolloutKube, AHostileServerIsNoRollout) {
  KubeServer server;
  kube::Client client = client_of(server);
  for (const char* body :
       {"[]", "{}", "\xff\xfe", "<html>", R"({"kind":"Rollout","metadata":{"name":"catalog"}})",
        R"({"kind":"Rollout","metadata":{"name":"other","namespace":"shop"},"spec":{}})"}) {
    server.instead = [&](const HttpRequest&) { return HttpReply{200, body}; };
    const auto found = observe(client, catalog);
    EXPECT_FALSE(found) << body;
    EXPECT_EQ(found.error().kind, ErrorKind::undecided) << found.error().message;
  }
  server.instead = [](const HttpRequest&) {
    return HttpReply{200, R"({"a":)" + std::string(200'000, '[')};
  };
  EXPECT_FALSE(observe(client, catalog));
}

// ---- undo

constexpr const char* v1_template =
    R"({"metadata":{"labels":{"app":"catalog"}},"spec":{"containers":[{"image":"ghcr.io/acme/catalog:v1","name":"app"}],"restartPolicy":"Always"}})";

TEST(RolloutKube, AnUndoReplacesTheTemplate) {
  KubeServer server;
  put_replica_sets(server);
  server.put(catalog_path, test::canary());
  kube::Client client = client_of(server);
  const auto now = observe(client, catalog);
  const auto sets = replica_sets(client, *now);
  ASSERT_TRUE(sets) << sets.error().message;
  ASSERT_EQ(revisions_of(*now, *sets).size(), 2U);
  EXPECT_NE(server.http().log().find("replicasets?labelSelector=app%3Dcatalog"), std::string::npos);
  const Done done = perform_undo(client, catalog, "bbb", "aaa");
  ASSERT_EQ(done.kind, Done::Kind::done) << done.error.message;
  EXPECT_EQ(server.changes(), "PATCH " + catalog_path + " application/json-patch+json " +
                                  R"([{"op":"test","path":"/metadata/generation","value":7},)"
                                  R"({"op":"replace","path":"/spec/template","value":)" +
                                  v1_template + "}]\n");
  EXPECT_EQ(perform_undo(client, catalog, "bbb", "aaa").writes, 0);  // again, after a crash
  // And back: an undo is taken back by an undo.
  server.edit(catalog_path, [](json& r) {
    r["status"]["observedGeneration"] = "8";
    r["status"]["currentPodHash"] = "aaa";
  });
  EXPECT_EQ(perform_undo(client, catalog, "aaa", "bbb").writes, 1);
  EXPECT_EQ(server.object(catalog_path)["spec"]["template"]["spec"]["containers"][0]["image"],
            "ghcr.io/acme/catalog:v2");
}

TEST(RolloutKube, AnUndoOfAReferenceGoesToTheDeployment) {
  KubeServer server;
  put_replica_sets(server);
  json object = test::canary();
  object["spec"].erase("template");
  object["spec"].erase("selector");
  object["spec"]["workloadRef"] = {
      {"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", "catalog"}};
  object["status"]["selector"] = "app=catalog";
  server.put(catalog_path, object);
  server.put(deployment_path,
             {{"metadata", {{"generation", 3}}}, {"spec", {{"template", {{"spec", {{"x", 1}}}}}}}});
  kube::Client client = client_of(server);
  const Done done = perform_undo(client, catalog, "bbb", "aaa");
  ASSERT_EQ(done.kind, Done::Kind::done) << done.error.message;
  EXPECT_EQ(server.changes(), std::string("PATCH ") + deployment_path +
                                  " application/json-patch+json " +
                                  R"([{"op":"test","path":"/metadata/generation","value":3},)"
                                  R"({"op":"replace","path":"/spec/template","value":)" +
                                  v1_template + "}]\n");

  server.edit(catalog_path, [](json& r) { r["spec"]["workloadRef"]["kind"] = "StatefulSet"; });
  server.edit(deployment_path, [](json& d) { d["spec"]["template"] = {{"spec", {{"x", 2}}}}; });
  server.edit(catalog_path, [](json& r) { r["status"]["observedGeneration"] = "8"; });
  EXPECT_NE(perform_undo(client, catalog, "bbb", "aaa").error.message.find("does not know"),
            std::string::npos);
}

TEST(RolloutKube, AnUndoGivesWay) {
  KubeServer server;
  put_replica_sets(server);
  server.put(catalog_path, test::canary());
  kube::Client client = client_of(server);
  // An autoscaler changes the specification: the next round comes through.
  server.before_patch = [](KubeServer& self, int patches) {
    if (patches == 1)
      self.edit(catalog_path, [](json& r) {
        r["spec"]["replicas"] = 9;
        r["status"]["observedGeneration"] = "8";
      });
  };
  EXPECT_EQ(perform_undo(client, catalog, "bbb", "aaa").writes, 1);
  // A person changes the template: it is theirs.
  server.put(catalog_path, test::canary());
  server.before_patch = [](KubeServer& self, int) {
    self.edit(catalog_path, [](json& r) {
      r["spec"]["template"]["spec"]["containers"][0]["image"] = "ghcr.io/acme/catalog:v3";
      r["status"]["observedGeneration"] = "8";
      r["status"]["currentPodHash"] = "ccc";
    });
  };
  EXPECT_EQ(perform_undo(client, catalog, "bbb", "aaa").kind, Done::Kind::changed);
  EXPECT_EQ(server.object(catalog_path)["spec"]["template"]["spec"]["containers"][0]["image"],
            "ghcr.io/acme/catalog:v3");
  server.before_patch = {};
  EXPECT_EQ(perform_undo(client, catalog, "ccc", "gone").kind, Done::Kind::changed);
}

TEST(RolloutKube, NamesOfRollouts) {
  EXPECT_EQ(read_target("catalog", {}, "shop")->name_space, "shop");
  EXPECT_EQ(read_target("a/b", {}, "shop")->name_space, "a");
  for (const char* word : {"", "/", "a/", "/b", "a/b/c"}) EXPECT_FALSE(read_target(word, {}, "x"));
  kube::Flags flags;
  flags.name_space = "c";
  EXPECT_FALSE(read_target("a/b", flags, "c"));
}

}  // namespace
}  // namespace backout::rollout
