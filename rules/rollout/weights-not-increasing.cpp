#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  int last = 0;
  for (const argo::Step& step : subject.rollout.steps) {
    // After a test by header or mirror weights may begin anew.
    if (step.kind == argo::Step::Kind::set_header_route ||
        step.kind == argo::Step::Kind::set_mirror_route ||
        step.kind == argo::Step::Kind::set_canary_scale)
      last = 0;
    if (step.kind != argo::Step::Kind::set_weight) continue;
    if (step.weight > 0 && step.weight <= last)
      report(subject.object, argo::place_of(*step.node, {"setWeight"}),
             step.weight == last
                 ? fmt::format("weight {} is the one before as well: this step does nothing", last)
                 : fmt::format("weight {} after {} takes traffic away again", step.weight, last));
    last = step.weight;
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_weights_not_increasing{
    .id = "rollout/weights-not-increasing",
    .summary = "a weight that does not grow",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A weight equal to the last one is a step without effect, mostly a number that "
        "was forgotten in a copy. A smaller one takes traffic away from a canary that has "
        "just passed.",
    .instead =
        "1. Correct the weight, or remove the step. Weight 0 before an experiment is "
        "fine.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
