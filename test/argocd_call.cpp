// Errors are JSON with a gRPC code; only routing and the content type are answered in plain text.
#include "argocd_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace backout::test::sim {
namespace {

int http_status(Grpc code) {
  switch (code) {
    case invalid_argument:
    case failed_precondition:
      return 400;
    case unauthenticated:
      return 401;
    case permission_denied:
      return 403;
    case not_found:
      return 404;
    case resource_exhausted:
      return 429;
    case unimplemented:
      return 501;
    case unavailable:
      return 503;
    default:
      return 500;
  }
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

const char* go_type(char type) {
  switch (type) {
    case 's':
      return "string";
    case 'b':
      return "bool";
    case 'n':
      return "int64";
    case 'S':
      return "[]string";
    case 'N':
      return "[]int64";
    default:
      return "struct";
  }
}

bool fits(const Json& value, char type) {
  const auto each = [&](char one) {
    return value.is_array() && std::all_of(value.begin(), value.end(),
                                           [&](const Json& item) { return fits(item, one); });
  };
  switch (type) {
    case 's':
      return value.is_string();
    case 'b':
      return value.is_boolean();
    case 'n':
      return value.is_number_integer();
    case 'o':
      return value.is_object();
    case 'S':
      return each('s');
    case 'N':
      return each('n');
    default:
      return each('o');
  }
}

std::string rbac_name(const World& world, const App& app) {
  return app.name_space == world.control_plane
             ? project_of(app) + "/" + app.name
             : fmt::format("{}/{}/{}", project_of(app), app.name_space, app.name);
}

}  // namespace

HttpReply refuse(Grpc code, const std::string& message) {
  return {http_status(code),
          Json{{"error", message}, {"code", static_cast<int>(code)}, {"message", message}}.dump()};
}
HttpReply plain(int status, const std::string& text) {
  return {status, text + "\n", "text/plain; charset=utf-8"};
}
HttpReply answer(const Json& json) { return {200, json.dump()}; }

std::string query_value(const Call& call, std::string_view name) {
  for (const auto& [key, value] : call.query)
    if (key == name) return value;
  return {};
}

std::string text_of(const Json& json, std::string_view key) {
  if (!json.is_object()) return {};
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

bool decode(Call& call, const std::map<std::string, char>& fields, const char* type,
            HttpReply& reply) {
  Json body = Json::object();
  const std::string& text = call.request.body;
  if (!text.empty()) body = Json::parse(text, nullptr, false);
  if (body.is_discarded()) {
    reply = refuse(invalid_argument, "invalid character in JSON");
    return false;
  }
  if (!body.is_object()) {
    reply = refuse(
        invalid_argument,
        fmt::format("json: cannot unmarshal {} into Go value of type {}", body.type_name(), type));
    return false;
  }
  call.body = Json::object();
  for (const auto& member : body.items()) {
    const std::string key = lower(member.key());
    const Json& value = member.value();
    const auto field = std::find_if(fields.begin(), fields.end(),
                                    [&](const auto& one) { return lower(one.first) == key; });
    if (field == fields.end() || value.is_null()) continue;
    if (!fits(value, field->second)) {
      reply = refuse(invalid_argument,
                     fmt::format("json: cannot unmarshal {} into Go struct field {}.{} of type {}",
                                 value.type_name(), type, field->first, go_type(field->second)));
      return false;
    }
    call.body[field->first] = value;
  }
  return true;
}

bool allowed(const Call& call, std::string_view action) {
  if (!call.token) return false;
  const auto& denied = call.token->denied;
  const std::string_view family = action.substr(0, action.find('/'));
  return denied.find(action) == denied.end() && denied.find(family) == denied.end();
}

HttpReply denied(const Call& call, const App& app, std::string_view action) {
  return refuse(permission_denied,
                fmt::format("permission denied: applications, {}, {}, sub: {}, iat: {}", action,
                            rbac_name(call.world, app), call.token ? call.token->user : "",
                            "2026-11-21T09:00:00Z"));
}

App* need_app(Call& call, std::string_view action, const std::string& name_space,
              const std::string& project, HttpReply& reply) {
  const bool names_project = !project.empty() && version_of(call.world) >= 208;
  const std::string& name = call.args.at(0);
  const std::string where =
      name_space.empty() || version_of(call.world) < 205 ? call.world.control_plane : name_space;
  if (call.world.namespaces.find(where) == call.world.namespaces.end()) {
    reply = refuse(permission_denied, fmt::format("namespace '{}' is not permitted", where));
    return nullptr;
  }
  App* const app = find_app(call.world, name, where);
  const bool may = allowed(call, action);
  const bool in_project = !names_project || (app && project_of(*app) == project);
  if (app && may && in_project) return app;
  reply = names_project && may
              ? refuse(not_found, fmt::format("applications.argoproj.io \"{}\" not found", name))
              : refuse(permission_denied, "permission denied");
  return nullptr;
}

App* need_app_of_query(Call& call, std::string_view action, HttpReply& reply) {
  return need_app(call, action, query_value(call, "appNamespace"), query_value(call, "project"),
                  reply);
}
App* need_app_of_body(Call& call, std::string_view action, HttpReply& reply) {
  return need_app(call, action, text_of(call.body, "appNamespace"), text_of(call.body, "project"),
                  reply);
}

}  // namespace backout::test::sim
