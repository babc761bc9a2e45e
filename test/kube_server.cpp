#include "kube_server.h"

#include <fmt/format.h>

namespace backout::test {
namespace {

using nlohmann::json;

HttpReply status(int code, const std::string& reason, const std::string& message) {
  return {code, json{{"kind", "Status"},
                     {"apiVersion", "v1"},
                     {"status", "Failure"},
                     {"message", message},
                     {"reason", reason},
                     {"code", code}}
                    .dump()};
}

std::string decoded(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// "a=b,c=d" of the query; other operators are not needed here.
bool selected(const json& object, const std::string& query) {
  const std::string prefix = "labelSelector=";
  if (query.rfind(prefix, 0) != 0) return true;
  std::string rest = decoded(query.substr(prefix.size()));
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string part = rest.substr(0, end);
    const std::size_t equals = part.find('=');
    const json labels = object["metadata"].value("labels", json::object());
    if (labels.value(part.substr(0, equals), "") != part.substr(equals + 1)) return false;
    rest.erase(0, std::min(end + 1, rest.size()));
  }
  return true;
}

// "rollouts" of ".../namespaces/shop/rollouts/catalog".
std::string plural_of(const std::string& path) {
  const std::size_t begin = path.find('/', path.find("/namespaces/") + 12) + 1;
  return path.substr(begin, path.find('/', begin) - begin);
}

}  // namespace

KubeServer::KubeServer()
    : server_(
          std::make_unique<HttpServer>([this](const HttpRequest& one) { return answer(one); })) {}

std::string KubeServer::changes() const {
  std::string out;
  for (const HttpRequest& one : server_->requests()) {
    if (one.method == "GET") continue;
    const auto type = one.headers.find("content-type");
    out += fmt::format("{} {} {} {}\n", one.method, one.path,
                       type == one.headers.end() ? "-" : type->second, one.body);
  }
  return out;
}

void KubeServer::put(const std::string& path, json object) {
  const std::lock_guard lock(mutex_);
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
  objects_[path] = std::move(object);
}
json KubeServer::object(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const auto found = objects_.find(path);
  return found == objects_.end() ? json() : found->second;
}
void KubeServer::edit(const std::string& path, const std::function<void(json&)>& how) {
  const std::lock_guard lock(mutex_);
  const json former = objects_[path];
  how(objects_[path]);
  stamp(objects_[path], former);
}
void KubeServer::set_controller(const std::string& path, Controller controller) {
  const std::lock_guard lock(mutex_);
  controllers_[path] = std::move(controller);
}

void KubeServer::stamp(json& object, const json& former) {
  if (object == former) return;
  if (object.contains("spec") && object["spec"] != former.value("spec", json()))
    object["metadata"]["generation"] = former["metadata"].value("generation", 0) + 1;
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
}

HttpReply KubeServer::answer(const HttpRequest& request) {
  if (instead)
    if (HttpReply reply = instead(request); reply.status != 0) return reply;
  const std::lock_guard lock(mutex_);
  if (!token.empty()) {
    const auto sent = request.headers.find("authorization");
    if (sent == request.headers.end() || sent->second != "Bearer " + token)
      return status(401, "Unauthorized", "Unauthorized");
  }
  std::string path = request.path;
  const std::string plural = plural_of(path);
  const bool of_status = path.ends_with("/status");
  if (of_status) path.erase(path.size() - 7);
  const std::string verb = request.method == "GET" ? "get" : "patch";
  const std::string right = verb + " " + plural + (of_status ? "/status" : "");
  if (forbidden.count(right) > 0)
    return status(403, "Forbidden",
                  fmt::format("{}.argoproj.io \"catalog\" is forbidden: User \"ana\" cannot {} "
                              "resource \"{}\" in API group \"argoproj.io\" in the namespace "
                              "\"shop\"",
                              plural, verb, right.substr(verb.size() + 1)));
  if (of_status && !status_subresource)
    return status(404, "NotFound", "the server could not find the requested resource");
  if (request.method == "GET" && path.ends_with("/" + plural)) {
    json items = json::array();
    for (const auto& [at, object] : objects_)
      if (at.rfind(path + "/", 0) == 0 && selected(object, request.query)) items.push_back(object);
    return {200, json{{"kind", "List"}, {"items", items}}.dump()};
  }
  if (request.method == "PATCH" && before_patch) before_patch(*this, ++patches_);
  const auto found = objects_.find(path);
  if (found == objects_.end())
    return status(404, "NotFound",
                  fmt::format("{} \"{}\" not found", plural, path.substr(path.rfind('/') + 1)));
  if (request.method == "PATCH") return patch(request, path, of_status);
  if (const auto controller = controllers_.find(path); controller != controllers_.end()) {
    const json former = found->second;
    controller->second(found->second, ++reads_[path]);
    stamp(found->second, former);
  }
  return {200, found->second.dump()};
}

HttpReply KubeServer::patch(const HttpRequest& request, const std::string& path, bool of_status) {
  json& object = objects_[path];
  const json former = object;
  const std::string type = request.headers.find("content-type")->second;
  const json body = json::parse(request.body, nullptr, false);
  if (body.is_discarded()) return status(400, "BadRequest", "error decoding patch");
  json next = former;
  if (type == "application/merge-patch+json") {
    next.merge_patch(body);
  } else if (type == "application/json-patch+json") {
    try {
      next = former.patch(body);
    } catch (const json::exception&) {
      return status(422, "Invalid",
                    "the server rejected our request due to an error in our request");
    }
  } else {
    return status(415, "UnsupportedMediaType", "the body of the request was in an unknown format");
  }
  if (next["metadata"]["resourceVersion"] != former["metadata"]["resourceVersion"])
    return status(409, "Conflict",
                  "Operation cannot be fulfilled: the object has been modified; please apply your "
                  "changes to the latest version and try again");
  // The subresource takes the status alone, the object itself all but the status.
  if (status_subresource) {
    const char* const kept = of_status ? "spec" : "status";
    if (former.contains(kept))
      next[kept] = former[kept];
    else
      next.erase(kept);
  }
  object = next;
  stamp(object, former);
  return {200, object.dump()};
}

json canary() {
  return json::parse(R"({
    "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout",
    "metadata": {"name": "catalog", "namespace": "shop", "uid": "uid-1", "generation": 7},
    "spec": {"replicas": 4, "selector": {"matchLabels": {"app": "catalog"}},
      "strategy": {"canary": {"trafficRouting": {"nginx": {"stableIngress": "catalog"}},
        "steps": [{"setWeight": 5}, {"setWeight": 20}, {"pause": {}}, {"setWeight": 50}, {"pause": {"duration": 60}}, {"setWeight": 80}]}},
      "template": {"metadata": {"labels": {"app": "catalog"}}, "spec": {"containers": [{"name": "app", "image": "ghcr.io/acme/catalog:v2"}]}}},
    "status": {"observedGeneration": "7", "currentPodHash": "bbb", "stableRS": "aaa", "currentStepIndex": 2,
      "controllerPause": true, "pauseConditions": [{"reason": "CanaryPauseStep", "startTime": "2026-11-22T10:00:00Z"}],
      "phase": "Paused", "message": "CanaryPauseStep", "replicas": 5, "updatedReplicas": 1, "readyReplicas": 5, "availableReplicas": 5,
      "canary": {"weights": {"canary": {"podTemplateHash": "bbb", "weight": 20}, "stable": {"podTemplateHash": "aaa", "weight": 80}}}}})");
}

json blue_green() {
  json out = canary();
  out["spec"]["strategy"] = {{"blueGreen", {{"activeService", "catalog"}}}};
  out["status"].erase("canary");
  out["status"].erase("currentStepIndex");
  out["status"]["blueGreen"] = {{"activeSelector", "aaa"}, {"previewSelector", "bbb"}};
  out["status"]["pauseConditions"][0]["reason"] = "BlueGreenPause";
  return out;
}

void control(json& rollout) {
  json& status = rollout["status"];
  const std::string image = rollout["spec"]["template"]["spec"]["containers"][0]["image"];
  const std::string hash = image.ends_with(":v1") ? "aaa" : "bbb";
  status["observedGeneration"] = std::to_string(rollout["metadata"]["generation"].get<int>());
  if (status["currentPodHash"] != hash) {
    status["currentPodHash"] = hash;
    for (const char* flag : {"abort", "promoteFull", "abortedAt", "pauseConditions"})
      status.erase(flag);
    status["currentStepIndex"] = 0;
  }
  const auto weigh = [&](int weight) { status["canary"]["weights"]["canary"]["weight"] = weight; };
  if (status["stableRS"] == hash || status.value("promoteFull", false)) {
    status["stableRS"] = hash;
    for (const char* flag : {"abort", "promoteFull", "abortedAt", "pauseConditions"})
      status.erase(flag);
    status["controllerPause"] = false;
    status["phase"] = "Healthy";
    weigh(0);
  } else if (rollout["spec"].value("paused", false)) {
    status["phase"] = "Paused";
  } else if (status.value("abort", false)) {
    status["abortedAt"] = "2026-11-22T11:00:00Z";
    status.erase("pauseConditions");
    status["controllerPause"] = false;
    status["phase"] = "Degraded";
    status["message"] = "RolloutAborted: Rollout aborted update to revision 2";
    weigh(0);
  } else if (status.value("pauseConditions", json()).is_null()) {
    status.erase("abortedAt");
    status["phase"] = "Progressing";
    if (status["controllerPause"].get<bool>())
      status["currentStepIndex"] = status["currentStepIndex"].get<int>() + 1;
    status["controllerPause"] = false;
    weigh(20);
  }
}

json replica_set(const std::string& hash, int revision, const std::string& image, int pods,
                 const std::string& created_at) {
  const json labels{{"app", "catalog"}, {"rollouts-pod-template-hash", hash}};
  return {{"metadata",
           {{"name", "catalog-" + hash},
            {"namespace", "shop"},
            {"uid", "uid-" + hash},
            {"creationTimestamp", created_at},
            {"labels", labels},
            {"annotations", {{"rollout.argoproj.io/revision", std::to_string(revision)}}},
            {"ownerReferences", json::array({{{"kind", "Rollout"},
                                              {"name", "catalog"},
                                              {"uid", "uid-1"},
                                              {"controller", true}}})}}},
          {"spec",
           {{"replicas", pods},
            {"template",
             {{"metadata", {{"labels", labels}}},
              {"spec",
               {{"containers", json::array({{{"name", "app"}, {"image", image}}})},
                {"restartPolicy", "Always"}}}}}}},
          {"status", {{"replicas", pods}, {"readyReplicas", pods}, {"availableReplicas", pods}}}};
}

std::string kubeconfig(const std::string& server, const std::string& token) {
  return fmt::format(R"(apiVersion: v1
kind: Config
current-context: test
contexts: [{{name: test, context: {{cluster: test, user: ana, namespace: shop}}}}]
clusters: [{{name: test, cluster: {{server: "{}"}}}}]
users: [{{name: ana, user: {{token: "{}"}}}}]
)",
                     server, token);
}

}  // namespace backout::test
