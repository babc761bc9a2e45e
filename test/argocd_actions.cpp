// Live objects and their actions. Argo CD runs a disabled action all the same.
#include <fmt/format.h>

#include <algorithm>

#include "argocd_controller.h"
#include "argocd_json.h"
#include "argocd_routes.h"

namespace backout::test::sim {
namespace {

struct Target {
  std::string group, kind, name_space, name;
};

const Live* find_live(const App& app, const Target& target) {
  for (const Live& live : app.live)
    if (live.is.kind == target.kind && live.is.name == target.name &&
        (target.name_space.empty() || live.is.name_space == target.name_space) &&
        group_of(live.is.kind) == target.group)
      return &live;
  return nullptr;
}

// The Application itself is a target, too.
bool itself(const App& app, const Target& target) {
  return target.kind == "Application" && target.group == "argoproj.io" && target.name == app.name;
}

HttpReply no_target(const App& app, const Target& target) {
  return refuse(invalid_argument, fmt::format("{} {} {} not found as part of application {}",
                                              target.kind, target.group, target.name, app.name));
}

Target target_of_query(const Call& call) {
  return {query_value(call, "group"), query_value(call, "kind"), query_value(call, "namespace"),
          query_value(call, "resourceName")};
}

std::vector<RolloutAction> actions_of(const Call& call, const App& app, const Target& target) {
  if (itself(app, target))
    return version_of(call.world) >= 305 ? std::vector<RolloutAction>{{"toggle-auto-sync", false}}
                                         : std::vector<RolloutAction>{};
  if (target.kind == "Rollout") return rollout_actions(call.world, *find_rollout(app, target.name));
  if (target.kind == "Deployment") return {{"pause", false}, {"restart", false}, {"resume", true}};
  return {};
}

HttpReply list_actions(Call& call) {
  HttpReply reply;
  App* const app = need_app_of_query(call, "get", reply);
  if (!app) return reply;
  const Target target = target_of_query(call);
  if (!itself(*app, target) && !find_live(*app, target)) return no_target(*app, target);
  Json out = Json::object();
  for (const RolloutAction& action : actions_of(call, *app, target)) {
    Json one = {{"name", action.name}};
    if (action.disabled) one["disabled"] = true;
    out["actions"].push_back(std::move(one));
  }
  return answer(out);
}

void toggle_auto_sync(World& world, App& app) {
  Json spec = Json::parse(app.spec);
  const bool on = auto_sync_on(world, spec);
  if (!spec.contains("syncPolicy") || !spec["syncPolicy"].contains("automated"))
    spec["syncPolicy"]["automated"] = {{"enabled", true}};
  else
    spec["syncPolicy"]["automated"]["enabled"] = !on;
  set_spec(world, app, spec.dump());
}

// The application when the caller may run this action on it.
HttpReply run(Call& call, const std::string& name_space, const std::string& project,
              const Target& target, const std::string& action) {
  HttpReply reply;
  App* const app = need_app(call, fmt::format("action/{}/{}/{}", target.group, target.kind, action),
                            name_space, project, reply);
  if (!app) return reply;
  const Live* const live = find_live(*app, target);
  if (!live && !itself(*app, target)) return no_target(*app, target);
  const auto all = actions_of(call, *app, target);
  if (std::none_of(all.begin(), all.end(),
                   [&](const RolloutAction& one) { return one.name == action; }))
    return refuse(unknown, "built-in script does not exist");
  if (itself(*app, target) && !app->toggle_error.empty()) return refuse(unknown, app->toggle_error);
  if (itself(*app, target))
    toggle_auto_sync(call.world, *app);
  else if (target.kind == "Rollout")
    act(call.world, *find_rollout(*app, target.name), action);
  call.world.events.push_back("ResourceActionRan " + app->name);
  return answer(Json::object());
}

HttpReply run_action_v1(Call& call) {
  const Json action = Json::parse(call.request.body, nullptr, false);
  if (!action.is_string())
    return refuse(invalid_argument, "json: cannot unmarshal into Go value of type string");
  return run(call, query_value(call, "appNamespace"), query_value(call, "project"),
             target_of_query(call), action.get<std::string>());
}

HttpReply run_action_v2(Call& call) {
  HttpReply reply;
  if (!decode(call,
              {{"name", 's'},
               {"namespace", 's'},
               {"resourceName", 's'},
               {"version", 's'},
               {"group", 's'},
               {"kind", 's'},
               {"action", 's'},
               {"appNamespace", 's'},
               {"project", 's'},
               {"resourceActionParameters", 'O'}},
              "ResourceActionRunRequestV2", reply))
    return reply;
  const Json& body = call.body;
  return run(call, text_of(body, "appNamespace"), text_of(body, "project"),
             {text_of(body, "group"), text_of(body, "kind"), text_of(body, "namespace"),
              text_of(body, "resourceName")},
             text_of(body, "action"));
}

HttpReply live_resource(Call& call) {
  HttpReply reply;
  App* const app = need_app_of_query(call, "get", reply);
  if (!app) return reply;
  const Target target = target_of_query(call);
  const Live* const live = find_live(*app, target);
  Json object = live                          ? live_object(*app, *live)
                : target.kind == "ReplicaSet" ? replica_set_object(*app, target.name)
                                              : Json();
  if (object.is_null()) return no_target(*app, target);
  return answer({{"manifest", object.dump()}});
}

}  // namespace

const std::vector<Route>& action_routes() {
  static const std::vector<Route> routes = {
      {"GET", "v1/applications/{}/resource", live_resource},
      {"GET", "v1/applications/{}/resource/actions", list_actions},
      {"POST", "v1/applications/{}/resource/actions", run_action_v1},
      {"POST", "v1/applications/{}/resource/actions/v2", run_action_v2, false, 301},
  };
  return routes;
}

}  // namespace backout::test::sim
