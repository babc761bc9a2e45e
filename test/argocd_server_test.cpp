// The Argo CD of our tests behaves as the real one does where it matters: each trap and each
// failure that a driver must cope with exists in it. Here: the way back
// and what is seen of it, sync windows, other people. Raw requests only.
#include "argocd_server.h"

#include <gtest/gtest.h>

#include "argocd_ask.h"
#include "argocd_controller.h"

namespace backout::test {
namespace {

using sim::App;
using sim::Json;
using sim::sha;
using sim::Words;
using sim::World;

std::string message(const ArgocdServer& server) {
  const App app = catalog(server);
  return app.state ? app.state->message : std::string();
}
void close_window(World& world) { world.app("catalog").windows = {{}}; }
sim::Commit& commit(World& world, std::size_t index) {
  return world.git[sim::gitops].commits[index];
}

TEST(ArgocdServer, TheWholeWayBack) {
  ArgocdServer server;
  EXPECT_EQ(catalog(server).sync, "Synced");
  EXPECT_EQ(catalog(server).health, "Degraded");
  const Asked before = get_catalog(server);
  ASSERT_EQ(before.status, 200) << before.body;
  EXPECT_EQ(before.json["status"]["history"].size(), 2U);

  const Asked early = roll_back(server, 0);
  EXPECT_EQ(early.status, 400);
  EXPECT_EQ(early.json["code"], 9);
  EXPECT_EQ(early.json["message"], "rollback cannot be initiated when auto-sync is enabled");

  ASSERT_EQ(pause_auto_sync(server).status, 200);
  const Asked started = roll_back(server, 0);
  ASSERT_EQ(started.status, 200) << started.body;
  EXPECT_TRUE(started.json.contains("operation"));
  EXPECT_FALSE(started.json["status"].contains("operationState"));
  EXPECT_EQ(started.json["status"]["sync"]["status"], "Synced");  // still the old status

  ASSERT_TRUE(wait_for_operation(server));
  const Asked done = get_catalog(server, "?refresh=normal");
  EXPECT_EQ(done.json["status"]["operationState"]["phase"], "Succeeded");
  EXPECT_EQ(done.json["status"]["operationState"]["syncResult"]["revision"], sha('1'));
  EXPECT_EQ(done.json["status"]["sync"]["status"], "OutOfSync");  // it never becomes Synced
  EXPECT_EQ(done.json["status"]["sync"]["revision"], sha('2'));
  EXPECT_EQ(done.json["status"]["history"].back()["id"], 2);
  server.advance(10);
  EXPECT_EQ(get_catalog(server).json["status"]["health"]["status"], "Healthy");
  EXPECT_EQ(get_catalog(server).json["status"]["sync"]["status"], "OutOfSync");

  // The revert reaches the branch, then auto-sync may come back.
  server.change([](World& world) {
    sim::Commit revert = commit(world, 0);
    revert.sha = sha('3');
    sim::add_commit(world, sim::gitops, revert);
    sim::set_ref(world, sim::gitops, "main", sha('3'));
  });
  EXPECT_EQ(get_catalog(server, "?refresh=normal").json["status"]["sync"]["status"], "Synced");
  ASSERT_EQ(put_auto_sync_back(server).status, 200);
  server.advance(60);
  EXPECT_EQ(sim::deployed(catalog(server)), Words{sha('1')});
  EXPECT_TRUE(sim::same_json(before.json["spec"].dump(), catalog(server).spec));
  EXPECT_EQ(server.mutations(), 3);
  EXPECT_EQ(server.requests(), 9);
}

TEST(ArgocdServer, AutoSyncThatComesBackTooEarlyDeploysTheBadCommit) {
  ArgocdServer server;
  pause_auto_sync(server);
  roll_back(server, 0);
  ASSERT_TRUE(wait_for_operation(server));
  server.advance(400);
  EXPECT_EQ(sim::deployed(catalog(server)), Words{sha('1')});
  put_auto_sync_back(server);
  server.advance(20);
  EXPECT_EQ(sim::deployed(catalog(server)), Words{sha('2')});
  EXPECT_TRUE(catalog(server).history.back().automated);
}

TEST(ArgocdServer, ARefreshWithAutoSyncOnDeploysTheNewestCommit) {
  ArgocdServer server;
  server.change([](World& world) {
    sim::add_commit(world, sim::gitops, {sha('3'), {{"Deployment", "catalog", "v3"}}});
    sim::set_ref(world, sim::gitops, "main", sha('3'));
  });
  server.advance(20);
  EXPECT_EQ(get_catalog(server).json["status"]["sync"]["revision"], sha('2'));  // not seen yet
  EXPECT_EQ(get_catalog(server, "?refresh=normal").json["status"]["sync"]["revision"], sha('3'));
  server.advance(10);
  EXPECT_EQ(sim::deployed(catalog(server)), Words{sha('3')});
}

TEST(ArgocdServer, AWindowHoldsARollbackAndItsEnd) {
  ArgocdServer server;
  server.change(close_window);
  pause_auto_sync(server);
  EXPECT_FALSE(ask(server, "GET", "applications/catalog/syncwindows").json.contains("canSync"));
  EXPECT_EQ(post_catalog(server, "sync", Json::object()).json["message"],
            "cannot sync: blocked by sync window");
  ASSERT_EQ(roll_back(server, 0).status, 200);  // the API does not look
  server.advance(300);
  EXPECT_EQ(phase(server), "Running");
  EXPECT_EQ(message(server), "Sync operation blocked by sync window");
  EXPECT_EQ(roll_back(server, 0).json["message"], "another operation is already in progress");
  ASSERT_EQ(ask(server, "DELETE", "applications/catalog/operation").status, 200);
  server.advance(300);
  EXPECT_EQ(phase(server), "Terminating");
  server.change([](World& world) { world.app("catalog").windows.clear(); });
  server.advance(10);
  EXPECT_EQ(phase(server), "Failed");
  EXPECT_EQ(message(server), "Operation terminated");
}

TEST(ArgocdServer, WindowsForUsersAndForControllers) {
  struct {
    sim::Window window;
    bool manual, automatic;
  } const cases[] = {
      {{"deny", "* * * * *", "1h", true, false}, false, false},
      {{"deny", "* * * * *", "1h", true, true}, true, false},
      {{"deny", "* * * * *", "1h", false, false}, true, true},
      {{"allow", "* * * * *", "1h", true, false}, true, true},
      {{"allow", "* * * * *", "1h", false, false}, false, false},
      {{"allow", "* * * * *", "1h", false, true}, true, false},
  };
  for (const auto& one : cases) {
    App app;
    app.windows = {one.window};
    EXPECT_EQ(sim::can_sync(app, true), one.manual) << one.window.kind << one.window.active;
    EXPECT_EQ(sim::can_sync(app, false), one.automatic) << one.window.kind << one.window.active;
    app.windows.push_back({});  // deny wins
    EXPECT_FALSE(sim::can_sync(app, true));
  }
  // A user's operation may show the message once, before the controller knows that it is a user's.
  ArgocdServer server;
  server.change([](World& world) { world.app("catalog").windows = {{.manual_sync = true}}; });
  pause_auto_sync(server);
  roll_back(server, 0);
  ASSERT_TRUE(server.advance_until([](const World& world) {
    const App& app = world.app("catalog");
    return app.state && app.state->message == "Sync operation blocked by sync window";
  }));
  ASSERT_TRUE(wait_for_operation(server));
  EXPECT_EQ(phase(server), "Succeeded");
}

// Only what is old is seen at first: by a GET between the request and the controller, by lists for
// longer, and the comparison of the same second may be from before the end.
TEST(ArgocdServer, StatusIsLate) {
  ArgocdServer server;
  pause_auto_sync(server);
  const Json started = roll_back(server, 0).json;
  const Json listed = ask(server, "GET", "applications?name=catalog").json["items"][0];
  EXPECT_FALSE(listed.contains("operation"));
  EXPECT_EQ(listed["status"]["operationState"]["phase"], "Succeeded");  // of the sync before
  EXPECT_LT(std::stoi(std::string(listed["metadata"]["resourceVersion"])),
            std::stoi(std::string(started["metadata"]["resourceVersion"])));
  const Asked stream = ask(server, "GET", "stream/applications?name=catalog");
  EXPECT_EQ(stream.body.find(R"({"result":{"type":"ADDED","application":{)"), 0U);
  EXPECT_NE(stream.body.find(R"("type":"MODIFIED")"), std::string::npos);

  ArgocdServer again;
  pause_auto_sync(again);
  roll_back(again, 0);
  ASSERT_TRUE(wait_for_operation(again));
  EXPECT_EQ(catalog(again).state->finished, catalog(again).reconciled);
  EXPECT_EQ(catalog(again).sync, "Synced");  // to the old state of the cluster
  EXPECT_EQ(catalog(again).health, "Degraded");
}

TEST(ArgocdServer, AnotherRevisionThanAskedFor) {
  ArgocdServer server;
  server.change([](World& world) { world.app("catalog").next_deploys = sha('2'); });
  pause_auto_sync(server);
  roll_back(server, 0);
  ASSERT_TRUE(wait_for_operation(server));
  const Json state = get_catalog(server).json["status"]["operationState"];
  EXPECT_EQ(state["phase"], "Succeeded");
  EXPECT_EQ(state["operation"]["sync"]["revision"], sha('1'));
  EXPECT_EQ(state["syncResult"]["revision"], sha('2'));
}

TEST(ArgocdServer, SomebodyElsesOperationFollows) {
  ArgocdServer server;
  pause_auto_sync(server);
  roll_back(server, 0);
  ASSERT_TRUE(wait_for_operation(server));
  const sim::Seconds ours = catalog(server).state->started;
  server.after(1, [](World& world) {
    sim::start_operation(world, world.app("catalog"), {.revisions = {sha('2')}, .by = "bo"});
  });
  server.advance(1);
  ASSERT_TRUE(wait_for_operation(server));
  EXPECT_GT(catalog(server).state->started, ours);
  EXPECT_EQ(catalog(server).state->operation.by, "bo");
}

TEST(ArgocdServer, AnOperationThatIsLost) {
  ArgocdServer server;
  pause_auto_sync(server);
  roll_back(server, 0);
  server.change([](World& world) {
    sim::pass_time(world, 3);
    world.app("catalog").state->lost = true;
    world.app("catalog").state->phase = "Succeeded";
  });
  server.advance(300);
  const Json app = get_catalog(server).json;
  EXPECT_TRUE(app.contains("operation"));
  EXPECT_EQ(app["status"]["operationState"]["phase"], "Succeeded");
  EXPECT_FALSE(app["status"]["operationState"].contains("finishedAt"));
}

}  // namespace
}  // namespace backout::test
