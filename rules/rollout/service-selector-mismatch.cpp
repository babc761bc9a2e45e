#include <fmt/format.h>

#include "argo/lookup.h"
#include "argo/neighbours.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  for (const argo::NamedService& named : argo::services_of(subject)) {
    const argo::Object* const service = argo::nearest_of(
        context.head.find(argo::ObjectKind::service, subject.object.namespace_name, named.name),
        subject.object);
    if (!service || (!service->judged && !subject.object.judged)) continue;
    if (argo::selects(*service, subject.object) != argo::Selects::other) continue;
    report(*service, argo::place_of(*service->node, {"spec", "selector"}),
           fmt::format("Service `{}` selects what the pods of rollout `{}` are not labelled: the "
                       "rollout is invalid and stands still",
                       named.name, subject.rollout.name));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_service_selector_mismatch{
    .id = "rollout/service-selector-mismatch",
    .summary = "a Service that does not select the pods",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Every label of the Service's selector must stand on the pod template (the pod "
        "hash aside, which the controller adds). Otherwise the Rollout is InvalidSpec; "
        "without that check the Service would have no endpoints.",
    .instead = "1. Make the selector a part of `spec.template.metadata.labels`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/specification/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
