// An Argo CD for tests: a World (argocd_world.h) behind the real REST API, over HTTP. Its clock is
// virtual and moves on with each request (World::pace.request), so that what takes minutes takes
// some requests; the same requests always see the same. It can be made to fail at any request, and
// to do something just before or just after one takes effect.
//
//   ArgocdServer server(sim::shop_world());
//   server.change([](sim::World& world) { world.app("catalog").windows = {{}}; });
//   … backout rollback catalog, with server.url() and server.token …
//   EXPECT_EQ(sim::deployed(server.world().app("catalog")), sim::Words{sim::sha('1')});
//   expect_contract(server);  // argocd_swagger.h
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "argocd_world.h"
#include "http_server.h"

namespace backout::test {

struct Fault {
  enum class Kind : std::uint8_t {
    reset_before,  // the connection breaks, the request has no effect
    reset_after,   // it has its effect, and the connection breaks before the answer
    half_reply,    // it has its effect, and half of the answer arrives
    status,        // `status`, without effect
    html,          // a page of the ingress, with `status`, without effect
    slow,          // the effect, and `delay_ms` later the answer
    unauthorized,  // the token is expired, from here on
  } kind = Kind::status;
  // Which requests: all that is given must fit.
  int request = 0;       // the n-th, from 1; 0: any
  std::string method{};  // "POST"
  std::string path{};    // a part of it: "/rollback"
  int times = 1;         // of those; -1: always
  int status = 503;
  int retry_after = 0;  // seconds; 0: not said
  int delay_ms = 0;
};

enum class When : std::uint8_t { before, after };

class ArgocdServer {
 public:
  // Called around each request's effect, on the thread of its connection and not while the world is
  // locked: it may change() it. False: the connection breaks; before the effect, there is none.
  using Hook = std::function<bool(const HttpRequest&, When)>;

  explicit ArgocdServer(sim::World world = sim::shop_world());

  const std::string token = "token-of-ana";
  [[nodiscard]] std::string url() const { return http_.url() + root_path_; }
  [[nodiscard]] const HttpServer& http() const { return http_; }

  [[nodiscard]] sim::World world() const;  // as it is now
  void change(const std::function<void(sim::World&)>& change);
  void advance(sim::Seconds seconds);
  // Moves on until `done`, a day at most; false: it never was.
  bool advance_until(const std::function<bool(const sim::World&)>& done);
  // Once, when so many seconds from now have passed.
  void after(sim::Seconds seconds, std::function<void(sim::World&)> change);

  void add_fault(Fault fault);
  void set_hook(Hook hook);

  [[nodiscard]] int requests() const { return requests_; }
  [[nodiscard]] int mutations() const { return mutations_; }  // answered with success

 private:
  HttpReply answer(const HttpRequest& request);
  Fault* fault_for(const HttpRequest& request, int number);

  mutable std::mutex mutex_;  // of world_, faults_ and hook_
  sim::World world_;
  std::vector<Fault> faults_;
  Hook hook_;
  const std::string root_path_;
  std::atomic<int> requests_{0}, mutations_{0};
  HttpServer http_;  // the last: its threads use the others
};

}  // namespace backout::test
