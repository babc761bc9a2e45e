// Requests, credentials and retries; what to say of failures is in refusal.cpp.
#include "kube/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace backout::kube {
namespace {

void add_impersonation(const User& user, std::vector<http::Header>& headers) {
  if (user.as.empty()) return;
  headers.push_back({"Impersonate-User", user.as});
  if (!user.as_uid.empty()) headers.push_back({"Impersonate-Uid", user.as_uid});
  for (const std::string& group : user.as_groups) headers.push_back({"Impersonate-Group", group});
  for (const auto& [key, value] : user.as_extra)
    headers.push_back({"Impersonate-Extra-" + http::encode(key), value});
}

http::Request request_to(const Client& client, const Resource& resource, const Query& query) {
  http::Request out;
  out.url = client.settings.server + path_of(resource);
  char before = '?';
  for (const auto& [key, value] : query) {
    if (value.empty()) continue;
    out.url += fmt::format("{}{}={}", before, key, http::encode(value));
    before = '&';
  }
  out.headers.push_back({"Accept", "application/json"});
  add_impersonation(client.settings.user, out.headers);
  out.tls = client.settings.tls;
  out.proxy = client.settings.proxy;
  out.timeout = client.timeout;
  out.cancelled = client.cancelled;
  out.most_bytes = client.most_bytes;
  return out;
}

bool expired(const Credential& credential) {
  const auto time = now();
  return credential.expires && time && *credential.expires <= *time;
}

Result<void> find_anew(Client& client) {
  TRY(client.credential, find_credential(client.settings));
  return {};
}

// The server cannot have seen it, or says that it has not looked at it.
bool was_not_seen(const http::Answer& answer) {
  using Kind = http::Failure::Kind;
  if (answer) return answer->status == 429;
  return answer.error().kind == Kind::no_name || answer.error().kind == Kind::refused;
}

http::Tried send_change(Client& client, const http::Request& request) {
  http::Tried out{http::send(client.session, request)};
  auto pause = client.patience.first_pause;
  for (; out.attempts <= client.patience.retries && was_not_seen(out.answer); ++out.attempts) {
    std::this_thread::sleep_for(pause);
    pause *= 2;
    out.answer = http::send(client.session, request);
  }
  return out;
}

// With the credential that is in force.
http::Tried send(Client& client, http::Request request, bool changes) {
  if (!client.credential->authorization.empty())
    request.headers.push_back({"Authorization", client.credential->authorization});
  request.tls.certificate = client.credential->certificate;
  request.tls.key = client.credential->key;
  return changes ? send_change(client, request)
                 : http::send_patiently(client.session, request, client.patience);
}

Outcome refused(Error error) { return {Outcome::Kind::refused, 0, {}, std::move(error)}; }

Outcome ask(Client& client, const http::Request& request, std::string_view verb,
            const Resource& resource) {
  const bool changes = request.method != "GET";
  if (!client.credential || expired(*client.credential))
    if (const auto found = find_anew(client); !found) return refused(found.error());
  http::Tried tried = send(client, request, changes);
  if (tried.answer && tried.answer->status == 401 && client.credential->renewable) {
    if (const auto found = find_anew(client); !found) return refused(found.error());
    tried = send(client, request, changes);
  }
  Outcome out = outcome_of(client.settings, tried.answer, verb, resource);
  const std::string_view sent = client.credential->authorization;  // "Bearer …"
  const std::string_view secret = sent.substr(std::min(sent.find(' ') + 1, sent.size()));
  out.error.message = http::masked(std::move(out.error.message), {secret});
  if (tried.attempts > 1 && out.kind != Outcome::Kind::done)
    out.error.message += fmt::format(" ({} attempts)", tried.attempts);
  return out;
}

}  // namespace

std::string path_of(const Resource& resource) {
  std::string out = resource.group.empty()
                        ? fmt::format("/api/{}", resource.version)
                        : fmt::format("/apis/{}/{}", resource.group, resource.version);
  out += fmt::format("/namespaces/{}/{}", http::encode(resource.name_space), resource.plural);
  if (!resource.name.empty()) out += "/" + http::encode(resource.name);
  if (!resource.subresource.empty()) out += "/" + resource.subresource;
  return out;
}

std::string in_words(const Resource& resource) {
  const std::string kind =
      resource.plural + (resource.subresource.empty() ? "" : "/" + resource.subresource);
  if (resource.name.empty()) return fmt::format("{} in namespace `{}`", kind, resource.name_space);
  return fmt::format("{} `{}/{}`", kind, resource.name_space, resource.name);
}

std::string_view content_type(PatchType type) {
  return type == PatchType::merge ? "application/merge-patch+json" : "application/json-patch+json";
}

Outcome get(Client& client, const Resource& resource, const Query& query) {
  return ask(client, request_to(client, resource, query), "get", resource);
}

Outcome patch(Client& client, const Resource& resource, PatchType type, std::string body) {
  http::Request request = request_to(client, resource, {});
  request.method = "PATCH";
  request.headers.push_back({"Content-Type", std::string(content_type(type))});
  request.body = std::move(body);
  return ask(client, request, "patch", resource);
}

}  // namespace backout::kube
