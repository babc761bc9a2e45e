#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void report_pair(const argo::Object& object, const yaml::Node& holder, const char* first,
                 const char* second, Report& report) {
  const std::string_view one = argo::text_at(holder, {first});
  if (one.empty() || one != argo::text_at(holder, {second})) return;
  report(object, *holder.find(second),
         fmt::format("`{}` and `{}` are both `{}`: the rollout is invalid and stands still", first,
                     second, one));
}

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* const canary = canary_of(subject);
  if (!canary || !subject.object.judged) return;
  report_pair(subject.object, *canary, "canaryService", "stableService", report);
  if (const yaml::Node* const pair = canary->find("pingPong"))
    report_pair(subject.object, *pair, "pingService", "pongService", report);
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_same_service{
    .id = "rollout/same-service",
    .summary = "canary and stable version behind one service",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The controller writes the pod hash of one version into a service's selector; one "
        "service cannot select both. It refuses the Rollout as InvalidSpec, and nothing "
        "is deployed any more, a rollback neither.",
    .instead = "1. Create a second Service for the canary and name it in `canaryService`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
