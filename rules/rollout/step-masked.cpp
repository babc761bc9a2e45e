#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

using Kind = argo::Step::Kind;

std::string_view name_of(Kind kind) {
  return kind == Kind::pause              ? "pause"
         : kind == Kind::set_canary_scale ? "setCanaryScale"
         : kind == Kind::set_weight       ? "setWeight"
         : kind == Kind::experiment       ? "experiment"
         : kind == Kind::analysis         ? "analysis"
         : kind == Kind::set_header_route ? "setHeaderRoute"
                                          : "setMirrorRoute";
}

// rollout/canary.go completedCurrentCanaryStep. Two of weight, pause, experiment and analysis are
// refused before.
void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  for (const argo::Step& step : subject.rollout.steps) {
    const bool decides_itself = step.kind == Kind::plugin || step.kind == Kind::none;
    if (decides_itself) continue;
    for (const char* waits : {"experiment", "analysis", "plugin"}) {
      const yaml::Entry* const entry = step.node->entry(waits);
      const bool masked = step.kind == Kind::set_canary_scale || *waits == 'p';
      if (!entry || !masked) continue;
      report(subject.object, entry->key,
             fmt::format("`{}` decides when this step is done: the rollout does not wait for its "
                         "`{}`",
                         name_of(step.kind), waits));
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_step_masked{
    .id = "rollout/step-masked",
    .summary = "a step goes on without waiting for what it says",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "An item may hold several keys, but one alone decides when it is done: pause "
        "before setCanaryScale, setWeight, experiment, analysis and plugin. The analysis "
        "beside a setCanaryScale is started and nobody waits for its verdict.",
    .instead =
        "1. Give the analysis, the experiment or the plugin an item of its own, after the "
        "other one.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
