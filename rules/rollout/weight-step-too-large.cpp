#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  const argo::Rollout& rollout = subject.rollout;
  const Thresholds& limits = context.config.thresholds;
  const auto too_large = [&](int from, int to) {
    return from > 0 && 100 * (to - from) > limits.weight_increase * rollout.max_weight &&
           to > limits.weight_factor * from;
  };
  const argo::Step* last = nullptr;
  for (const argo::Step& step : rollout.steps) {
    if (step.kind != argo::Step::Kind::set_weight) continue;
    if (last && too_large(last->weight, step.weight))
      report(subject.object, argo::place_of(*step.node, {"setWeight"}),
             fmt::format("from {} to {} at once: {:.1f} times the traffic", last->weight,
                         step.weight, static_cast<double>(step.weight) / last->weight));
    last = &step;
  }
  if (last && too_large(last->weight, rollout.max_weight))
    report(
        subject.object, argo::place_of(*last->node, {"setWeight"}),
        fmt::format("{} is the last weight: from here to all traffic at once, {:.1f} times as much",
                    last->weight, static_cast<double>(rollout.max_weight) / last->weight));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_weight_step_too_large{
    .id = "rollout/weight-step-too-large",
    .summary = "the weight grows by leaps",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "What fails only under load shows at the new weight at once, for all of its "
        "users. Doubling or tripling bounds both the harm and the surprise; the jump to "
        "100 % after the last step counts as well.",
    .instead = "1. Put a weight between them, with a pause or an analysis.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
