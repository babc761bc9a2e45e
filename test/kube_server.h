// A Kubernetes API server for tests: objects by their paths, with what patches depend on: content
// types, the status subresource, generations, resource versions, a token, rights. A controller can
// be hung on, which acts whenever the object is read.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "http_server.h"

namespace backout::test {

class KubeServer {
 public:
  KubeServer();

  [[nodiscard]] std::string url() const { return server_->url(); }
  // Changing requests so far, a line each: "PATCH path content-type body".
  [[nodiscard]] std::string changes() const;
  [[nodiscard]] const HttpServer& http() const { return *server_; }

  // Objects by path; `put` gives it a version.
  void put(const std::string& path, nlohmann::json object);
  [[nodiscard]] nlohmann::json object(const std::string& path) const;
  // Changes an object as somebody else would: its version grows, of a change to `spec` its
  // generation, too.
  void edit(const std::string& path, const std::function<void(nlohmann::json&)>& how);

  // The controller: called before an object is read, with how often it was read; what it changes
  // is written.
  using Controller = std::function<void(nlohmann::json& object, int reads)>;
  void set_controller(const std::string& path, Controller controller);

  std::string token;                                     // wanted; empty: nobody asks
  bool status_subresource = true;                        // false: as until v0.9
  std::set<std::string> forbidden;                       // "patch rollouts/status"
  std::function<HttpReply(const HttpRequest&)> instead;  // answers first, unless its status is 0
  // Called before and after each request; false breaks the connection.
  std::function<bool(bool after)> hook;
  // Called before a patch is looked at, as if somebody else were quicker.
  std::function<void(KubeServer&, int patches)> before_patch;

 private:
  HttpReply answer(const HttpRequest& request);
  HttpReply patch(const HttpRequest& request, const std::string& path, bool status);
  void stamp(nlohmann::json& object, const nlohmann::json& former);

  mutable std::recursive_mutex mutex_;
  std::map<std::string, nlohmann::json> objects_;
  std::map<std::string, Controller> controllers_;
  std::map<std::string, int> reads_;
  int version_ = 100, patches_ = 0;
  std::unique_ptr<HttpServer> server_;
};

// ---- objects

inline const std::string catalog_path =
    "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/catalog";

// Canary `shop/catalog` of 4 replicas and 6 steps at step 2 (the third) with 20 %, paused there;
// v1 is stable (hash aaa), v2 new (hash bbb).
[[nodiscard]] nlohmann::json canary();
// The same as blue-green, its switch not made.
[[nodiscard]] nlohmann::json blue_green();
// What Argo Rollouts makes of either when it is read: templates seen, flags obeyed; image `:v1` has
// the hash aaa, any other bbb.
void control(nlohmann::json& rollout);
// A ReplicaSet of it.
[[nodiscard]] nlohmann::json replica_set(const std::string& hash, int revision,
                                         const std::string& image, int pods,
                                         const std::string& created_at);
// A kubeconfig for `server`.
[[nodiscard]] std::string kubeconfig(const std::string& server, const std::string& token);

}  // namespace backout::test
