#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* const canary = canary_of(subject);
  if (!canary || !subject.object.judged || subject.rollout.steps.empty()) return;
  const auto first = argo::int_at(*canary, {"analysis", "startingStep"});
  const auto count = static_cast<std::int64_t>(subject.rollout.steps.size());
  if (!first || *first < count) return;
  report(subject.object, *canary->find({"analysis", "startingStep"}),
         fmt::format("the background analysis starts at step {}, and the last one is {}: it never "
                     "runs, so nothing stops a bad canary",
                     *first, count - 1));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_starting_step_out_of_range{
    .id = "rollout/starting-step-out-of-range",
    .summary = "a background analysis that never starts",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "`startingStep` is an index into `steps`, from 0. The analysis starts when the "
        "rollout reaches it; an index behind the last step is never reached, so nothing "
        "is measured.",
    .instead = "1. Give the index of the step after the first weight; the first step is 0.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
