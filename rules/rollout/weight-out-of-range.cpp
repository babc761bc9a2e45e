#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  const int most = subject.rollout.max_weight;
  for (const argo::Step& step : subject.rollout.steps) {
    const auto weight = argo::int_at(*step.node, {"setWeight"});
    if (!weight || (*weight >= 0 && *weight <= most)) continue;
    report(subject.object, *step.node->find("setWeight"),
           fmt::format("weight {} is not between 0 and {}: the rollout is invalid and stands still",
                       *weight, most));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_weight_out_of_range{
    .id = "rollout/weight-out-of-range",
    .summary = "a weight below 0 or above the most there is",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The controller refuses the whole Rollout as InvalidSpec: nothing is deployed, "
        "and no later change is either, its revert included, until the weight is right.",
    .instead =
        "1. Give a weight from 0 to 100, or to trafficRouting.maxTrafficWeight where that "
        "is set.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
