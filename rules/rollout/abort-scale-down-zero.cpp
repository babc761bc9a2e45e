
#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* strategy = canary_of(subject);
  if (strategy && !subject.rollout.routed) return;
  if (!strategy) strategy = blue_green_of(subject);
  if (!strategy || !subject.object.judged) return;
  if (argo::int_at(*strategy, {"abortScaleDownDelaySeconds"}) != 0) return;
  report(subject.object, *strategy->find("abortScaleDownDelaySeconds"),
         "0 is never: after an abort the pods of the bad version stay");
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_abort_scale_down_zero{
    .id = "rollout/abort-scale-down-zero",
    .summary = "pods of an aborted version stay for ever",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "`abortScaleDownDelaySeconds: 0` does not mean at once: the pods of the bad "
        "version are never scaled down, and go on reading queues and running jobs.",
    .instead = "1. Remove it (30 s then), or give the time you need to look at the pods.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/scaledown-aborted-rs/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
