
#include "argo/lookup.h"
#include "core/rule.h"
#include "yaml/value.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  for (const argo::Step& step : subject.rollout.steps) {
    const yaml::Node* const node = step.node->find({"pause", "duration"});
    if (!node) continue;
    if (yaml::as_int(*node) != 0 && argo::parse_duration(node->text) != 0.0) continue;
    report(subject.object, *node,
           "a pause of 0 does not pause (to wait for a person leave out `duration`)");
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_pause_zero{
    .id = "rollout/pause-zero",
    .summary = "a pause of no time",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A pause of 0 is over when it begins; the step says that somebody looks and "
        "nobody does. `pause: {}` waits for a person, `duration: 0` for nobody.",
    .instead = "1. Give a duration with its unit (`10m`), or `pause: {}` to wait for a person.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
