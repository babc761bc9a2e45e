#include <fmt/format.h>

#include <vector>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

using Kind = argo::Step::Kind;

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  const std::vector<argo::Step>& steps = subject.rollout.steps;
  bool any = false;
  for (const argo::Gate& gate : subject.gates) {
    if (gate.kind == argo::Gate::Kind::background) return;
    any = any || gate.kind == argo::Gate::Kind::step;
  }
  if (!any) return;
  const argo::Step* first = nullptr;
  argo::Seconds unwatched = 0;
  bool person = false;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const bool watched = i + 1 < steps.size() && steps[i + 1].kind == Kind::analysis;
    if (steps[i].kind != Kind::pause || watched || subject.line.stretches[i].weight <= 0) continue;
    if (!first) first = &steps[i];
    person = person || !steps[i].duration;
    unwatched += steps[i].duration.value_or(0);
  }
  if (!first || (unwatched <= 0 && !person)) return;
  report(subject.object, argo::place_of(*first->node, {"pause"}),
         fmt::format("no analysis runs during this pause or right after it: in all no metric can "
                     "stop the canary for {}{}{}",
                     unwatched > 0 ? argo::show_duration(unwatched) : "",
                     unwatched > 0 && person ? " and " : "",
                     person ? "as long as a person takes" : ""));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_no_background_analysis{
    .id = "rollout/no-background-analysis",
    .summary = "stretches of a canary that no analysis watches",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "An analysis step judges while it runs. What a canary does during the pauses that "
        "no analysis follows, and after the last one, nobody sees: no metric can stop it "
        "there.",
    .instead =
        "1. Move the metrics to `strategy.canary.analysis`, with `startingStep` after the "
        "first weight: it runs until the last step.\n"
        "2. Or end every pause with an analysis step.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
