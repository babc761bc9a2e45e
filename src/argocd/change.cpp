#include "argocd/change.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "argocd/raw_json.h"

namespace backout::argocd {
namespace {

std::string path_of(const AppName& app, std::string_view rest = {}) {
  return fmt::format("/api/v1/applications/{}{}", http::encode(app.name), rest);
}

// The members that say which application is meant, where it is the body that says so.
std::string who(const AppName& app) {
  std::string out = fmt::format(R"("name":{})", json_text(app.name));
  if (!app.name_space.empty())
    out += fmt::format(R"(,"appNamespace":{})", json_text(app.name_space));
  if (!app.project.empty()) out += fmt::format(R"(,"project":{})", json_text(app.project));
  return out;
}
Query who_in_query(const AppName& app) {
  return {{"appNamespace", app.name_space}, {"project", app.project}};
}

// A proxy's answer, or one that came too late: the server behind it may have done its work.
bool leaves_open(int status) { return status == 502 || status == 503 || status == 504; }

void read_refusal(std::string_view body, Outcome& out) {
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(body);
  auto root = parser.parse(padded);
  std::int64_t code = 0;
  std::string_view message;
  if (root["code"].get(code) == simdjson::SUCCESS) out.code = static_cast<int>(code);
  if (root["message"].get(message) == simdjson::SUCCESS) out.said = message;
}

}  // namespace

Outcome change(Client& client, std::string_view method, std::string_view path, const Query& query,
               std::string body, std::string_view what) {
  http::Request request = request_to(client, url_of(client.settings, path, query));
  request.method = method;
  request.headers.push_back({"Content-Type", "application/json"});
  request.body = std::move(body);
  http::Answer answer = http::send(client.session, request);
  Outcome out;
  if (!answer) {
    const bool sent = answer.error().kind > http::Failure::Kind::untrusted;
    out.kind = sent ? Outcome::Kind::unknown : Outcome::Kind::refused;
    out.error = no_answer(client.settings, answer.error(), what);
    return out;
  }
  out.response = std::move(*answer);
  if (out.response.status >= 200 && out.response.status < 300) return out;
  out.kind = leaves_open(out.response.status) ? Outcome::Kind::unknown : Outcome::Kind::refused;
  read_refusal(out.response.body, out);
  out.said = masked(client.settings, out.said);
  out.error = refusal(client.settings, out.response, what);
  return out;
}

AppName name_of(const Application& app) { return {app.name, app.name_space, app.project}; }

std::string in_words(const AppName& app) {
  return fmt::format("application `{}{}`",
                     app.name_space.empty() ? std::string() : app.name_space + "/", app.name);
}

Outcome patch_application(Client& client, const AppName& app, std::string_view operations) {
  return change(
      client, "PATCH", path_of(app), {},
      fmt::format(R"({{{},"patch":{},"patchType":"json"}})", who(app), json_text(operations)),
      "patch of " + in_words(app));
}

Outcome put_spec(Client& client, const AppName& app, std::string spec) {
  Query query = who_in_query(app);
  query.emplace_back("validate", "false");
  return change(client, "PUT", path_of(app, "/spec"), query, std::move(spec),
                "new spec of " + in_words(app));
}

Outcome roll_back(Client& client, const AppName& app, std::int64_t id, bool prune) {
  return change(client, "POST", path_of(app, "/rollback"), {},
                fmt::format(R"({{{},"id":{},"prune":{}}})", who(app), id, prune),
                "rollback of " + in_words(app));
}

Outcome sync(Client& client, const AppName& app, const SyncRequest& request) {
  std::string body =
      fmt::format(R"({{{},"prune":{},"strategy":{{"hook":{{}}}})", who(app), request.prune);
  if (!request.positions.empty()) {
    std::vector<std::string> revisions;
    for (const std::string& one : request.revisions) revisions.push_back(json_text(one));
    body += fmt::format(R"(,"revisions":[{}],"sourcePositions":[{}])", fmt::join(revisions, ","),
                        fmt::join(request.positions, ","));
  } else if (!request.revisions.empty()) {
    body += fmt::format(R"(,"revision":{})", json_text(request.revisions.front()));
  }
  // Its own retries: those of the spec may refresh the revision on the way.
  if (!request.revisions.empty()) body += R"(,"retryStrategy":{"limit":0})";
  if (!request.reason.empty())
    body += fmt::format(R"(,"infos":[{{"name":"Reason","value":{}}}])", json_text(request.reason));
  return change(client, "POST", path_of(app, "/sync"), {}, body + "}", "sync of " + in_words(app));
}

Outcome terminate(Client& client, const AppName& app) {
  return change(client, "DELETE", path_of(app, "/operation"), who_in_query(app), {},
                "end of the operation of " + in_words(app));
}

Result<Application> refresh(Client& client, const AppName& app) {
  Query query = who_in_query(app);
  query.emplace_back("refresh", "normal");
  return read_from(client, app, query);
}

}  // namespace backout::argocd
