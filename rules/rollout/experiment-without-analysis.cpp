#include <algorithm>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  for (std::size_t i = 0; i < subject.rollout.steps.size(); ++i) {
    const argo::Step& step = subject.rollout.steps[i];
    if (step.kind != argo::Step::Kind::experiment) continue;
    const bool judged =
        std::any_of(subject.gates.begin(), subject.gates.end(), [&](const argo::Gate& gate) {
          // A background analysis, or an analysis step that follows, may look at its pods.
          return gate.kind == argo::Gate::Kind::background ||
                 (gate.kind == argo::Gate::Kind::experiment && gate.step == i);
        });
    if (judged) continue;
    report(subject.object, argo::place_of(*step.node, {"experiment"}),
           "this experiment has no analysis: it succeeds whatever its pods do");
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_experiment_without_analysis{
    .id = "rollout/experiment-without-analysis",
    .summary = "an experiment that nothing judges",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "An experiment without `analyses` starts pods and removes them again; it is "
        "Successful when its pods became ready, whatever they did.",
    .instead = "1. List `analyses` with the templates that compare its pods.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/experiment/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
