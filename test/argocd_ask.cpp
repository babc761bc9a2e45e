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

}  // namespace backout::test
