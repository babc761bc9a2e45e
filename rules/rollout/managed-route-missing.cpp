#include <fmt/format.h>

#include <algorithm>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

bool is_managed(const yaml::Node& canary, std::string_view name) {
  const yaml::Node* const routes = canary.find({"trafficRouting", "managedRoutes"});
  return routes &&
         std::any_of(routes->items.begin(), routes->items.end(), [&](const yaml::Node& route) {
           return argo::text_at(route, {"name"}) == name;
         });
}

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* const canary = canary_of(subject);
  if (!canary || !subject.object.judged) return;
  for (const argo::Step& step : subject.rollout.steps)
    for (const char* kind : {"setHeaderRoute", "setMirrorRoute"}) {
      const std::string_view name = argo::text_at(*step.node, {kind, "name"});
      if (name.empty() || is_managed(*canary, name)) continue;
      report(subject.object, *step.node->find({kind, "name"}),
             fmt::format("route `{}` is not in `managedRoutes`: the rollout is invalid and stands "
                         "still",
                         name));
    }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_managed_route_missing{
    .id = "rollout/managed-route-missing",
    .summary = "a step makes a route that the rollout does not manage",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Header and mirror routes are created and removed by the controller, and only "
        "those listed in trafficRouting.managedRoutes, in their order. A name that is not "
        "there makes the Rollout InvalidSpec; nothing is deployed any more, a rollback "
        "neither.",
    .instead = "1. Add the name under `trafficRouting.managedRoutes`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
