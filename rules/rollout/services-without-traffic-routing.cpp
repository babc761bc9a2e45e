#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "argo/lookup.h"
#include "argo/neighbours.h"
#include "core/rule.h"

namespace backout {
namespace {

// A Service that selects the pods of both versions and is none that the controller pins.
bool has_common_service(const argo::RolloutSubject& subject, const argo::Objects& objects) {
  const std::vector<argo::NamedService> named = argo::services_of(subject);
  for (const argo::Object* service : objects.of(argo::ObjectKind::service)) {
    const bool pinned = std::any_of(named.begin(), named.end(),
                                    [&](const auto& one) { return one.name == service->name; });
    if (!pinned && argo::selects(*service, subject.object) == argo::Selects::pods) return true;
  }
  return false;
}

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  const yaml::Node* const canary = canary_of(subject);
  if (!canary || !subject.object.judged || !is_whole(subject)) return;
  const std::string_view service = argo::text_at(*canary, {"stableService"});
  if (service.empty() || canary->find("trafficRouting")) return;
  if (has_common_service(subject, context.head)) return;
  report(subject.object, *canary->find("stableService"),
         fmt::format("Service `{}` is pinned to the stable pods and nothing routes traffic to the "
                     "canary: it gets none until it gets all",
                     service));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_services_without_traffic_routing{
    .id = "rollout/services-without-traffic-routing",
    .summary = "a stable service that keeps traffic from the canary",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "The controller pins `stableService` to the stable pods. Without traffic routing "
        "nothing sends users to the canary service: the canary sees no traffic at all, "
        "its analysis measures nothing, and the first request comes at 100 %.",
    .instead =
        "1. Add `trafficRouting`.\n"
        "2. Or remove `stableService`, and let users' Service select the pods of both "
        "versions.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
