#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  for (const argo::Step& step : subject.rollout.steps) {
    const yaml::Node* const templates = step.node->find({"experiment", "templates"});
    if (!templates) continue;
    for (const yaml::Node& one : templates->items) {
      const std::string_view ref = argo::text_at(one, {"specRef"});
      if (ref.empty() || ref == "canary" || ref == "stable") continue;
      report(subject.object, *one.find("specRef"),
             fmt::format("`specRef` is `canary` or `stable`, not `{}`: the experiment cannot start "
                         "and the rollout hangs here",
                         ref));
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_experiment_spec_ref{
    .id = "rollout/experiment-spec-ref",
    .summary = "an experiment of neither canary nor stable",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "An experiment in a rollout runs copies of the rollout's own pod templates: "
        "`canary`, the new one, or `stable`, the one in use. With any other word the "
        "controller cannot make the experiment, and the rollout hangs at the step.",
    .instead = "1. Say `specRef: canary` or `specRef: stable`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/experiment/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
