#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

using Kind = argo::Step::Kind;

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  const argo::Step* full = nullptr;
  for (const argo::Step& step : subject.rollout.steps) {
    if (step.kind == Kind::set_weight)
      full = step.weight >= subject.rollout.max_weight ? &step : nullptr;
    const bool looks = step.kind == Kind::analysis || step.kind == Kind::experiment ||
                       (step.kind == Kind::pause && (!step.duration || *step.duration > 0));
    if (!full || !looks) continue;
    report(subject.object, argo::place_of(*full->node, {"setWeight"}),
           fmt::format("all traffic is on the canary here, and {} comes after it",
                       step.kind == Kind::analysis     ? "an analysis"
                       : step.kind == Kind::experiment ? "an experiment"
                                                       : "a pause"));
    return;
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_weight_100_explicit_early{
    .id = "rollout/weight-100-explicit-early",
    .summary = "steps after the canary has everything",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "At 100 % all users are on the new version. A pause or an analysis after that "
        "protects nobody: an abort moves all traffic back at once.",
    .instead =
        "1. Put the analysis before the last weight, at the highest one below 100.\n"
        "2. Leave out `setWeight: 100`: it follows the last step by itself.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
