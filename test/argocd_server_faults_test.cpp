// Our Argo CD can fail at any request, and calls a hook around each. Raw requests only.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

#include "argocd_ask.h"

namespace backout::test {
namespace {

using sim::Json;
using sim::World;

World paused_world() {
  World world = sim::shop_world();
  Json spec = Json::parse(world.app("catalog").spec);
  spec["syncPolicy"].erase("automated");
  world.app("catalog").spec = spec.dump();
  return world;
}

TEST(ArgocdServerFaults, Faults) {
  using Kind = Fault::Kind;
  struct {
    Fault fault;
    int status;
    bool applied;
  } const cases[] = {
      {{.kind = Kind::reset_before}, 0, false},
      {{.kind = Kind::reset_after}, 0, true},
      {{.kind = Kind::half_reply}, 0, true},
      {{.kind = Kind::status, .status = 503, .retry_after = 1}, 503, false},
      {{.kind = Kind::html, .status = 502}, 502, false},
      {{.kind = Kind::slow, .delay_ms = 2000}, 0, true},
      {{.kind = Kind::unauthorized}, 401, false},
  };
  for (auto one : cases) {
    ArgocdServer server(paused_world());
    one.fault.method = "POST";
    one.fault.path = "/rollback";
    server.add_fault(one.fault);
    EXPECT_EQ(get_catalog(server).status, 200);
    const Asked asked = ask(server, "POST", "applications/catalog/rollback",
                            {.body = R"({"id":0})", .timeout_ms = 500});
    EXPECT_EQ(asked.status, one.status);
    EXPECT_EQ(catalog(server).operation.has_value(), one.applied);
    const int after = one.fault.kind == Kind::unauthorized ? 401 : 200;
    EXPECT_EQ(get_catalog(server).status, after);
  }
  ArgocdServer server;
  server.add_fault({.kind = Kind::status, .request = 2, .status = 429});
  EXPECT_EQ(get_catalog(server).status, 200);
  EXPECT_EQ(get_catalog(server).status, 429);
  EXPECT_EQ(get_catalog(server).status, 200);
  server.change([](World& world) { world.tokens[0].valid_requests = 1; });
  EXPECT_EQ(get_catalog(server).status, 200);
  EXPECT_EQ(get_catalog(server).json["message"],
            "invalid session: token has invalid claims: token is expired");
  server.change([](World& world) {
    world.tokens[0].valid_requests = -1;
    world.pace.refresh_delay_ms = 60'000;
  });
  EXPECT_EQ(ask(server, "GET", "applications/catalog?refresh=normal", {.timeout_ms = 100}).status,
            0);
}

TEST(ArgocdServerFaults, HooksAroundEachRequest) {
  ArgocdServer server(paused_world());
  std::mutex mutex;
  std::string seen;
  std::atomic<When> breaks = When::before;
  server.set_hook([&](const HttpRequest& request, When when) {
    const std::lock_guard lock(mutex);
    seen += fmt::format("{} {} ", request.method, when == When::before ? "before" : "after");
    return request.method == "GET" || when != breaks;
  });
  EXPECT_EQ(roll_back(server, 0).status, 0);
  EXPECT_FALSE(catalog(server).operation);
  breaks = When::after;
  EXPECT_EQ(roll_back(server, 0).status, 0);
  EXPECT_TRUE(catalog(server).operation);
  EXPECT_EQ(get_catalog(server).status, 200);
  const std::lock_guard lock(mutex);
  EXPECT_EQ(seen, "POST before POST before POST after GET before GET after ");
}

}  // namespace
}  // namespace backout::test
