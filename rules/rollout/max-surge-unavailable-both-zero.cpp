
#include "argo/lookup.h"
#include "core/rule.h"
#include "yaml/value.h"

namespace backout {
namespace {

// A text is a percentage for the controller, with or without `%`.
bool is_zero(const yaml::Node& canary, const char* field) {
  const yaml::Node* const node = canary.find(field);
  if (!node) return false;
  const auto text = yaml::as_string(*node);
  return yaml::as_int(*node) == 0 || text == "0" || text == "0%";
}

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* const canary = canary_of(subject);
  if (!canary || !subject.object.judged) return;
  if (!is_zero(*canary, "maxSurge") || !is_zero(*canary, "maxUnavailable")) return;
  report(subject.object, *canary->find("maxSurge"),
         "`maxSurge` and `maxUnavailable` are both 0: the rollout is invalid and stands still");
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_max_surge_unavailable_both_zero{
    .id = "rollout/max-surge-unavailable-both-zero",
    .summary = "no pod may be added and none may be missing",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "With maxSurge and maxUnavailable both 0 no pod can ever be exchanged. The "
        "controller refuses the Rollout as InvalidSpec; nothing is deployed any more, a "
        "rollback neither.",
    .instead =
        "1. Set `maxSurge` to at least 1, so that an abort can start stable pods before "
        "canary pods go.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/specification/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
