#include <fmt/format.h>

#include <algorithm>

#include "argo/lookup.h"
#include "argo/neighbours.h"
#include "core/rule.h"

namespace backout {
namespace {

// Whether the Services of this rollout are kept in its folder: one there has its pods.
bool keeps_services_here(const argo::RolloutSubject& subject, const argo::Objects& objects) {
  const auto& services = objects.of(argo::ObjectKind::service);
  return std::any_of(services.begin(), services.end(), [&](const argo::Object* service) {
    return argo::is_in_folder_of(*service, subject.object) &&
           argo::selects(*service, subject.object) == argo::Selects::pods;
  });
}

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  if (!subject.object.judged) return;
  const auto& services = context.head.of(argo::ObjectKind::service);
  for (const argo::NamedService& named : argo::services_of(subject)) {
    const bool there =
        std::any_of(services.begin(), services.end(),
                    [&](const argo::Object* service) { return service->name == named.name; });
    if (there || !keeps_services_here(subject, context.head)) continue;
    report(subject.object, *named.node,
           fmt::format("there is no Service `{}`: the rollout is invalid and stands still",
                       named.name));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_service_not_found{
    .id = "rollout/service-not-found",
    .summary = "a Service that the rollout names is not there",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The controller puts the pod hashes of the two versions into the selectors of "
        "these Services. Without one of them the Rollout is InvalidSpec: nothing is "
        "deployed any more, a rollback neither. Reported only where the Services of the "
        "rollout lie beside it.",
    .instead = "1. Add the Service, with the pods' labels as its selector, or correct the name.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/specification/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
