// The Argo CD of our tests behaves as the real one does where it matters: each trap and each
// failure that the driver must cope with exists in it. Raw requests only.
#include "argocd_server.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "argocd_ask.h"

namespace backout::test {
namespace {

using sim::App;
using sim::Json;
using sim::sha;
using sim::Words;
using sim::World;

constexpr const char* app_path = "applications/catalog";

Asked post(const ArgocdServer& server, const std::string& what, const Json& body) {
  return ask(server, "POST", fmt::format("{}/{}", app_path, what), {.body = body.dump()});
}
Asked read(const ArgocdServer& server, const std::string& query = {}) {
  return ask(server, "GET", app_path + query);
}
Asked patch(const ArgocdServer& server, const Json& steps) {
  return ask(
      server, "PATCH", app_path,
      {.body = Json{{"name", "catalog"}, {"patch", steps.dump()}, {"patchType", "json"}}.dump()});
}
Asked pause_auto_sync(const ArgocdServer& server) {
  return patch(server, Json::array({{{"op", "remove"}, {"path", "/spec/syncPolicy/automated"}}}));
}
bool idle(const World& world) { return !world.app("catalog").operation; }
std::string phase(const ArgocdServer& server) {
  const App app = server.world().app("catalog");
  return app.state ? app.state->phase : "none";
}

TEST(ArgocdServer, TheWholeWayBack) {
  ArgocdServer server;
  EXPECT_EQ(server.world().app("catalog").sync, "Synced");
  EXPECT_EQ(server.world().app("catalog").health, "Degraded");
  const Asked before = read(server);
  ASSERT_EQ(before.status, 200) << before.body;
  EXPECT_EQ(before.json["status"]["history"].size(), 2U);

  const Asked early = post(server, "rollback", {{"id", 0}});
  EXPECT_EQ(early.status, 400);
  EXPECT_EQ(early.json["code"], 9);
  EXPECT_EQ(early.json["message"], "rollback cannot be initiated when auto-sync is enabled");

  ASSERT_EQ(pause_auto_sync(server).status, 200);
  const Asked started = post(server, "rollback", {{"id", 0}});
  ASSERT_EQ(started.status, 200) << started.body;
  EXPECT_TRUE(started.json.contains("operation"));
  EXPECT_FALSE(started.json["status"].contains("operationState"));
  EXPECT_EQ(started.json["status"]["sync"]["status"], "Synced");  // still the old status

  ASSERT_TRUE(server.advance_until(idle));
  const Asked done = read(server, "?refresh=normal");
  EXPECT_EQ(done.json["status"]["operationState"]["phase"], "Succeeded");
  EXPECT_EQ(done.json["status"]["operationState"]["syncResult"]["revision"], sha('1'));
  EXPECT_EQ(done.json["status"]["sync"]["status"], "OutOfSync");  // it never becomes Synced
  EXPECT_EQ(done.json["status"]["sync"]["revision"], sha('2'));
  EXPECT_EQ(done.json["status"]["history"].back()["id"], 2);
  server.advance(5);
  EXPECT_EQ(read(server).json["status"]["health"]["status"], "Healthy");

  // The revert reaches the branch, then auto-sync may come back.
  server.change([](World& world) {
    sim::Commit revert = world.git[sim::gitops].commits[0];
    revert.sha = sha('3');
    sim::add_commit(world, sim::gitops, revert);
    sim::set_ref(world, sim::gitops, "main", sha('3'));
  });
  EXPECT_EQ(read(server, "?refresh=normal").json["status"]["sync"]["status"], "Synced");
  const Json automated = before.json["spec"]["syncPolicy"]["automated"];
  ASSERT_EQ(
      patch(server,
            Json::array(
                {{{"op", "add"}, {"path", "/spec/syncPolicy/automated"}, {"value", automated}}}))
          .status,
      200);
  server.advance(60);
  EXPECT_EQ(sim::deployed(server.world().app("catalog")), Words{sha('1')});
  EXPECT_TRUE(sim::same_json(before.json["spec"].dump(), server.world().app("catalog").spec));
  EXPECT_GT(server.requests(), server.mutations());
  EXPECT_EQ(server.mutations(), 3);
}

// Trap 2: auto-sync that comes back too early deploys the bad commit at once.
TEST(ArgocdServer, RestoringTooEarlyDeploysTheBadCommit) {
  ArgocdServer server;
  const Json automated = read(server).json["spec"]["syncPolicy"]["automated"];
  pause_auto_sync(server);
  post(server, "rollback", {{"id", 0}});
  ASSERT_TRUE(server.advance_until(idle));
  server.advance(100);
  EXPECT_EQ(sim::deployed(server.world().app("catalog")), Words{sha('1')});
  patch(
      server,
      Json::array({{{"op", "add"}, {"path", "/spec/syncPolicy/automated"}, {"value", automated}}}));
  server.advance(20);
  EXPECT_EQ(sim::deployed(server.world().app("catalog")), Words{sha('2')});
  EXPECT_TRUE(server.world().app("catalog").history.back().automated);
}

// Trap 3: a sync window does not refuse the rollback, it holds it for ever.
TEST(ArgocdServer, AWindowHoldsARollbackAndItsEnd) {
  ArgocdServer server;
  server.change([](World& world) { world.app("catalog").windows = {{}}; });
  pause_auto_sync(server);
  EXPECT_FALSE(ask(server, "GET", "applications/catalog/syncwindows").json.contains("canSync"));
  EXPECT_EQ(post(server, "sync", Json::object()).json["message"],
            "cannot sync: blocked by sync window");
  ASSERT_EQ(post(server, "rollback", {{"id", 0}}).status, 200);
  server.advance(300);
  EXPECT_EQ(phase(server), "Running");
  EXPECT_EQ(server.world().app("catalog").state->message, "Sync operation blocked by sync window");
  EXPECT_EQ(post(server, "rollback", {{"id", 0}}).json["message"],
            "another operation is already in progress");
  ASSERT_EQ(ask(server, "DELETE", "applications/catalog/operation").status, 200);
  server.advance(300);
  EXPECT_EQ(phase(server), "Terminating");
  server.change([](World& world) { world.app("catalog").windows[0].active = false; });
  server.advance(10);
  EXPECT_EQ(phase(server), "Failed");
}

}  // namespace
}  // namespace backout::test
