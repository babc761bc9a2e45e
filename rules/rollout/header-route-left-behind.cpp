#include <fmt/format.h>

#include <vector>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

bool removed_later(const std::vector<argo::Step>& steps, std::size_t from, std::string_view name) {
  for (std::size_t i = from + 1; i < steps.size(); ++i) {
    const yaml::Node* const route = steps[i].node->find("setHeaderRoute");
    if (route && argo::text_at(*route, {"name"}) == name && !route->find("match")) return true;
  }
  return false;
}

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  const std::vector<argo::Step>& steps = subject.rollout.steps;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const yaml::Node* const route = steps[i].node->find("setHeaderRoute");
    if (!route || !route->find("match")) continue;
    const std::string_view name = argo::text_at(*route, {"name"});
    if (name.empty() || removed_later(steps, i, name)) continue;
    report(subject.object, argo::place_of(*route, {"name"}),
           fmt::format("no step removes route `{}`: who has the header stays on the canary to the "
                       "end of the rollout",
                       name));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_header_route_left_behind{
    .id = "rollout/header-route-left-behind",
    .summary = "a header route that no step removes",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "Users with the header stay on the canary through all weights until the rollout "
        "has ended; a setHeaderRoute of the same name without `match` ends it earlier.",
    .instead =
        "1. Where the test is over before the end, add `setHeaderRoute: {name: …}` "
        "without a match.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
