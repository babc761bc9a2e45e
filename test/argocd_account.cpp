// Who is asking, what may be done, what server this is; and ApplicationSets.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "argocd_json.h"
#include "argocd_routes.h"

namespace backout::test::sim {
namespace {

HttpReply version(Call& call) {
  Json out = {{"Version", call.world.version + "+0123456"}};
  if (call.token) out["KubectlVersion"] = "v0.34.0";
  return answer(out);
}

HttpReply user_info(Call& call) {
  if (!call.token) return answer(Json::object());
  return answer({{"loggedIn", true}, {"username", call.token->user}, {"iss", "argocd"}});
}

HttpReply can_i(Call& call) {
  constexpr std::array<std::string_view, 8> actions = {"get",  "create",   "update", "delete",
                                                       "sync", "override", "action", "invoke"};
  const std::string& action = call.args[1];
  const bool known = std::find(actions.begin(), actions.end(), action) != actions.end() ||
                     (action == "rollback" && version_of(call.world) >= 306);
  if (!known) return refuse(invalid_argument, fmt::format("{} is not a valid action", action));
  return answer({{"value", allowed(call, action) ? "yes" : "no"}});
}

HttpReply settings(Call& call) {
  const World& world = call.world;
  Json out = {{"url", "https://cd.example.com"},
              {"appLabelKey", world.label_key},
              {"trackingMethod", world.tracking},
              {"appsInAnyNamespaceEnabled", world.namespaces.size() > 1}};
  if (world.replace_allowed) out["syncWithReplaceAllowed"] = true;
  if (call.token) {
    out["controllerNamespace"] = world.control_plane;
    out["resourceOverrides"] = Json::object();
  }
  out.merge_patch(Json::parse(world.settings_extra));
  return answer(out);
}

HttpReply application_set_by_name(Call& call) {
  if (!allowed(call, "applicationsets/get"))
    return refuse(permission_denied,
                  fmt::format("permission denied: applicationsets, get, {}", call.args[0]));
  for (const ApplicationSet& set : call.world.sets)
    if (set.name == call.args[0]) return answer(application_set(call.world, set));
  return refuse(not_found, fmt::format("error getting ApplicationSet: applicationsets.argoproj.io "
                                       "\"{}\" not found",
                                       call.args[0]));
}

}  // namespace

const std::vector<Route>& account_routes() {
  static const std::vector<Route> routes = {
      {"GET", "version", version, true},
      {"GET", "v1/session/userinfo", user_info, true},
      {"GET", "v1/settings", settings, true},
      {"GET", "v1/account/can-i/{}/{}/{**}", can_i},
      {"GET", "v1/applicationsets/{}", application_set_by_name},
  };
  return routes;
}

}  // namespace backout::test::sim
