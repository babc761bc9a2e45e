
#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* const canary = canary_of(subject);
  if (!canary || !subject.object.judged || !subject.rollout.steps.empty()) return;
  if (!is_whole(subject)) return;
  const yaml::Node* const steps = canary->find("steps");
  if (steps && steps->kind != yaml::Kind::sequence && steps->kind != yaml::Kind::null) return;
  report(subject.object,
         argo::place_of(*subject.object.node, {"spec", "strategy", "canary", "steps"}),
         "this canary has no steps: the new version gets all traffic at the pace its pods start");
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_no_steps{
    .id = "rollout/no-steps",
    .summary = "a canary without steps: a rolling update",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Without `steps` the controller replaces pods as fast as maxSurge and "
        "maxUnavailable allow; no weight is held, no step can analyse, and an abort comes "
        "when most pods are new already.",
    .instead =
        "1. List `steps`: a first setWeight of a few percent, a pause as long as the "
        "metrics' window, an analysis.\n"
        "2. Where a rolling update is what you want, use a Deployment.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
