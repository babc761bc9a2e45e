// A connection of its own for each request.
#include "argocd_ask.h"

namespace backout::test {

Asked ask(const ArgocdServer& server, const char* method, const std::string& path,
          const Asking& asking) {
  http::Request request;
  request.method = method;
  request.url = server.url() + "/api/" + (path == "version" ? "" : "v1/") + path;
  if (!asking.token.empty()) request.headers.push_back({"Authorization", "Bearer " + asking.token});
  if (request.method != "GET" && !asking.type.empty())
    request.headers.push_back({"Content-Type", asking.type});
  request.body = asking.body;
  request.timeout = std::chrono::milliseconds(asking.timeout_ms);
  http::Session session;
  const http::Answer answer = http::send(session, request);
  if (!answer) return {.failure = answer.error().kind};
  return {answer->status, answer->body, sim::Json::parse(answer->body, nullptr, false)};
}

Asked get_catalog(const ArgocdServer& server, const std::string& query) {
  return ask(server, "GET", "applications/catalog" + query);
}

Asked post_catalog(const ArgocdServer& server, const std::string& what, const sim::Json& body) {
  return ask(server, "POST", "applications/catalog/" + what, {.body = body.dump()});
}

Asked patch_catalog(const ArgocdServer& server, const sim::Json& steps) {
  const sim::Json body = {{"name", "catalog"}, {"patch", steps.dump()}, {"patchType", "json"}};
  return ask(server, "PATCH", "applications/catalog", {.body = body.dump()});
}

Asked pause_auto_sync(const ArgocdServer& server) {
  return patch_catalog(server, {{{"op", "remove"}, {"path", "/spec/syncPolicy/automated"}}});
}

Asked put_auto_sync_back(const ArgocdServer& server) {
  return patch_catalog(server, {{{"op", "add"},
                                 {"path", "/spec/syncPolicy/automated"},
                                 {"value", {{"prune", true}, {"selfHeal", true}}}}});
}

Asked roll_back(const ArgocdServer& server, int id, bool prune) {
  return post_catalog(server, "rollback", {{"id", id}, {"prune", prune}});
}

bool wait_for_operation(ArgocdServer& server) {
  return server.advance_until(
      [](const sim::World& world) { return !world.app("catalog").operation; });
}

sim::App catalog(const ArgocdServer& server) { return server.world().app("catalog"); }

std::string phase(const ArgocdServer& server) {
  const sim::App app = catalog(server);
  return app.state ? app.state->phase : "none";
}

}  // namespace backout::test
