#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  const yaml::Node* const canary = canary_of(subject);
  if (!canary || !subject.object.judged) return;
  for (const argo::Gate& gate : subject.gates)
    if (gate.kind == argo::Gate::Kind::step && gate.step < subject.line.stretches.size() &&
        subject.line.stretches[gate.step].weight < context.config.thresholds.late_start_weight)
      return;  // an analysis step judges before
  const auto first = argo::int_at(*canary, {"analysis", "startingStep"});
  const std::size_t count = subject.rollout.steps.size();
  if (!first || *first < 1 || static_cast<std::size_t>(*first) >= count) return;
  const argo::Stretch& stretch = subject.line.stretches[static_cast<std::size_t>(*first)];
  if (stretch.weight < context.config.thresholds.late_start_weight) return;
  report(
      subject.object, *canary->find({"analysis", "startingStep"}),
      fmt::format(
          "the background analysis starts at weight {}{}: until then no metric can stop "
          "the canary",
          stretch.weight,
          stretch.begin > 0 ? fmt::format(", after {}", argo::show_duration(stretch.begin)) : ""));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_starting_step_late{
    .id = "rollout/starting-step-late",
    .summary = "the background analysis starts when much is at stake",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "Before its `startingStep` a background analysis does not run: the weights until "
        "then reach users with nothing to stop them.",
    .instead = "1. Set `startingStep` to the step after the first weight.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
