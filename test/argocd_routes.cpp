// Content type, routing and token, in the order of the real server.
#include "argocd_routes.h"

#include <algorithm>

namespace backout::test::sim {
namespace {

Words split(std::string_view text, char at) {
  Words out;
  while (true) {
    const std::size_t end = text.find(at);
    out.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

bool fits(std::string_view pattern, const Words& pieces, Words& args) {
  const Words wanted = split(pattern, '/');
  args.clear();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "{**}") {
      std::string rest;
      for (std::size_t j = i; j < pieces.size(); ++j) rest += (j > i ? "/" : "") + pieces[j];
      args.push_back(std::move(rest));
      return i < pieces.size();
    }
    if (i >= pieces.size()) return false;
    if (wanted[i] == "{}")
      args.push_back(pieces[i]);
    else if (wanted[i] != pieces[i])
      return false;
  }
  return wanted.size() == pieces.size();
}

Token* token_of(World& world, const HttpRequest& request, std::string& why) {
  const auto header = request.headers.find("authorization");
  why = "no session information";
  if (header == request.headers.end() || !header->second.starts_with("Bearer ")) return nullptr;
  for (Token& token : world.tokens) {
    if (header->second.substr(7) != token.text) continue;
    if (token.valid_requests == 0) {
      why = "invalid session: token has invalid claims: token is expired";
      return nullptr;
    }
    if (token.valid_requests > 0) --token.valid_requests;
    return &token;
  }
  why = "invalid session: token is malformed: token contains an invalid number of segments";
  return nullptr;
}

}  // namespace

std::optional<Words> path_pieces(const World& world, const HttpRequest& request) {
  const std::string unescaped = unescape(request.path);
  std::string_view path = unescaped;
  if (!path.starts_with(world.root_path)) return std::nullopt;
  path.remove_prefix(world.root_path.size());
  if (!path.starts_with("/api/")) return std::nullopt;
  path.remove_prefix(5);
  return split(path, '/');
}

HttpReply call_api(World& world, const HttpRequest& request) {
  const auto pieces = path_pieces(world, request);
  if (!pieces) return {200, "<!doctype html><title>Argo CD</title>", "text/html"};  // the UI
  // Since January 2024, in all releases then supported (argo-cd #16923).
  const auto type = request.headers.find("content-type");
  if (version_of(world) >= 207 && request.method != "GET" &&
      (type == request.headers.end() || type->second != "application/json"))
    return plain(415, "Invalid content type");

  Call call{world, request};
  for (const std::string& one : split(request.query, '&')) {
    const std::size_t equals = std::min(one.find('='), one.size());
    call.query.emplace_back(unescape(one.substr(0, equals)),
                            unescape(one.substr(std::min(equals + 1, one.size()))));
  }
  bool other_method = false;
  for (const auto& routes :
       {reading_routes(), account_routes(), changing_routes(), action_routes()})
    for (const Route& route : routes) {
      if (version_of(world) < route.since || !fits(route.path, *pieces, call.args)) continue;
      if (request.method != route.method) {
        other_method = true;
        continue;
      }
      std::string why;
      call.token = token_of(world, request, why);
      if (!call.token && !route.anonymous) return refuse(unauthenticated, why);
      HttpReply reply = route.endpoint(call);
      return reply;
    }
  return other_method ? plain(405, "Method Not Allowed") : plain(404, "Not Found");
}

}  // namespace backout::test::sim
