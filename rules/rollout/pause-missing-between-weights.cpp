#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

using Kind = argo::Step::Kind;

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  const argo::Step* before = nullptr;
  for (const argo::Step& step : subject.rollout.steps) {
    if (step.kind == Kind::pause || step.kind == Kind::analysis || step.kind == Kind::experiment ||
        step.kind == Kind::plugin || step.kind == Kind::none)
      before = nullptr;
    if (step.kind != Kind::set_weight) continue;
    if (before && before->weight > 0 && step.weight > before->weight)
      report(subject.object, argo::place_of(*step.node, {"setWeight"}),
             fmt::format("weight {} follows {} with neither pause nor analysis between: {} is over "
                         "as soon as its pods are ready",
                         step.weight, before->weight, before->weight));
    before = &step;
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_pause_missing_between_weights{
    .id = "rollout/pause-missing-between-weights",
    .summary = "two weights with nothing between them",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A weight is there to be watched. Two in a row are one large step: the first "
        "lasts only until its pods are ready.",
    .instead = "1. Put a pause or an analysis between them, or leave out the first one.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
