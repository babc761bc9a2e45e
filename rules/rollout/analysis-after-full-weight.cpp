#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  const argo::Gate* first = nullptr;
  for (const argo::Gate& gate : subject.gates) {
    if (gate.kind == argo::Gate::Kind::background) return;  // starting-step-late
    if (!first || gate.step < first->step) first = &gate;
  }
  if (!first || first->kind != argo::Gate::Kind::step) return;
  const argo::Stretch& stretch = subject.line.stretches[first->step];
  if (stretch.weight < context.config.thresholds.late_analysis_weight) return;
  report(
      subject.object, argo::place_of(*subject.rollout.steps[first->step].node, {"analysis"}),
      fmt::format(
          "the first analysis comes at weight {}{}: until then no metric can stop the "
          "canary",
          stretch.weight,
          stretch.begin > 0 ? fmt::format(", after {}", argo::show_duration(stretch.begin)) : ""));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_analysis_after_full_weight{
    .id = "rollout/analysis-after-full-weight",
    .summary = "the first analysis comes when the damage is done",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "Until the first analysis nothing but a person stops the canary. Where that is at "
        "half of the traffic or more, a bad release has failed half of the requests "
        "before anything can know.",
    .instead = "1. Put the first analysis after the first weight.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
