#include <fmt/format.h>

#include <algorithm>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

bool requires_any(const yaml::Node& experiment) {
  const yaml::Node* const analyses = experiment.find("analyses");
  return analyses &&
         std::any_of(analyses->items.begin(), analyses->items.end(), [](const yaml::Node& one) {
           return argo::is_true(one, {"requiredForCompletion"});
         });
}

bool ends(const yaml::Node& experiment) {
  return experiment.find("duration") || requires_any(experiment);
}

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const argo::Object& object = subject.object;
  if (!object.judged) return;
  if (object.kind == argo::ObjectKind::experiment) {
    const yaml::Node* const spec = object.node->find("spec");
    if (!spec || ends(*spec) || argo::is_true(*spec, {"terminate"})) return;
    report(object, argo::place_of(*object.node, {"spec"}),
           "nothing ends this experiment: no `duration`, no analysis that is required; its pods "
           "stay until somebody terminates it",
           {.at_most = Severity::warning});
    return;
  }
  for (const argo::Step& step : subject.rollout.steps) {
    if (step.kind != argo::Step::Kind::experiment) continue;
    const yaml::Entry* const entry = step.node->entry("experiment");
    if (ends(entry->value)) continue;
    const bool analyses = entry->value.find("analyses") != nullptr;
    report(object, entry->key,
           fmt::format("{} ends this experiment: no `duration`, no analysis that is required; the "
                       "rollout never gets past it",
                       analyses ? "only a failure" : "nothing"));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_experiment_endless{
    .id = "rollout/experiment-endless",
    .summary = "an experiment that nothing ends",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Without a duration an experiment ends when the analyses it requires have "
        "succeeded. When it requires none, the step is never done: the rollout stands at "
        "its weight, and progressDeadlineSeconds does not run during an experiment. An "
        "Experiment of its own keeps its pods until somebody terminates it (a warning).",
    .instead =
        "1. Give the experiment a `duration`.\n"
        "2. Or mark an analysis that has an end as `requiredForCompletion: true`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/experiment/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
