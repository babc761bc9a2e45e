#include <fmt/format.h>

#include <string>
#include <vector>

#include "argo/lookup.h"
#include "core/rule.h"
#include "core/words.h"

namespace backout {
namespace {

// requireCanaryStableServices in pkg/apis/rollouts/validation/validation.go: Istio with subsets,
// pairs of ping and pong, and plugins do without.
std::string_view needs_services(const yaml::Node& canary, const yaml::Node& routing) {
  const bool ping_pong = canary.find("pingPong") != nullptr;
  if (routing.find("alb") && !ping_pong) return "alb";
  if (routing.find("istio") && !routing.find({"istio", "destinationRule"}) && !ping_pong)
    return "istio";
  for (const char* router : {"smi", "apisix", "ambassador", "nginx", "appMesh", "traefik"})
    if (routing.find(router)) return router;
  return {};
}

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* const canary = canary_of(subject);
  if (!canary || !subject.object.judged || !is_whole(subject)) return;
  const yaml::Node* const routing = canary->find("trafficRouting");
  if (!routing) return;
  const std::string_view router = needs_services(*canary, *routing);
  if (router.empty()) return;
  std::vector<std::string> missing;
  for (const char* service : {"canaryService", "stableService"}) {
    const yaml::Node* const node = canary->find(service);
    if (!node || node->kind == yaml::Kind::null || node->text.empty()) missing.push_back(service);
  }
  if (missing.empty()) return;
  report(subject.object, argo::place_of(*canary, {"trafficRouting", router}),
         fmt::format("traffic routing by `{}` without {}: the rollout is invalid and stands still",
                     router, quoted_list(missing)));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_missing_canary_stable_service{
    .id = "rollout/missing-canary-stable-service",
    .summary = "traffic routing without the services it needs",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "This router is told about services, not pods. Without both the controller "
        "refuses the Rollout as InvalidSpec: nothing is deployed any more, a rollback "
        "neither.",
    .instead =
        "1. Create two Services with the same selector and name them as `canaryService` "
        "and `stableService`.\n"
        "2. Point the ingress or the virtual service at the stable one.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
