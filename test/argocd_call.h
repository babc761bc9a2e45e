// One call of the API: who asks for what, and how it is refused. Orders and words of the checks are
// those of argo-cd's server/application/application.go and util/grpc/errors.go.
#pragma once

#include <cstdint>

#include "argocd_world.h"
#include "http_server.h"

namespace backout::test::sim {

enum Grpc : std::uint8_t {
  unknown = 2,
  invalid_argument = 3,
  not_found = 5,
  permission_denied = 7,
  resource_exhausted = 8,
  failed_precondition = 9,
  unimplemented = 12,
  internal = 13,
  unavailable = 14,
  unauthenticated = 16,
};

struct Call {
  World& world;
  const HttpRequest& request;
  Words args{};  // what stood for `{}` in the path
  std::vector<std::pair<std::string, std::string>> query{};
  Json body = Json::object();
  Token* token = nullptr;  // nobody
};

[[nodiscard]] HttpReply refuse(Grpc code, const std::string& message);
[[nodiscard]] HttpReply plain(int status, const std::string& text);
[[nodiscard]] HttpReply answer(const Json& json);

[[nodiscard]] std::string query_value(const Call& call, std::string_view name);
[[nodiscard]] std::string text_of(const Json& json, std::string_view key);  // empty: none
[[nodiscard]] std::string unescape(std::string_view text);

// The body as the Go type with these fields: "s"tring, "b"ool, "n"umber, "o"bject, "S", "N", "O"
// for lists of them. Names are compared without case. True, or `reply` says what does not fit.
bool decode(Call& call, const std::map<std::string, char>& fields, const char* type,
            HttpReply& reply);

[[nodiscard]] bool allowed(const Call& call, std::string_view action);
// "permission denied: applications, sync, shop/catalog, sub: …"
[[nodiscard]] HttpReply denied(const Call& call, const App& app, std::string_view action);

// The application named args[0], if the caller may do this to it; else null, and `reply` says so:
// bare "permission denied" for what is missing or invisible, 404 when the project was given.
[[nodiscard]] App* need_app(Call& call, std::string_view action, const std::string& name_space,
                            const std::string& project, HttpReply& reply);
[[nodiscard]] App* need_app_of_query(Call& call, std::string_view action, HttpReply& reply);
[[nodiscard]] App* need_app_of_body(Call& call, std::string_view action, HttpReply& reply);

}  // namespace backout::test::sim
