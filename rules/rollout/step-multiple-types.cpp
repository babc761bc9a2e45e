#include <fmt/format.h>

#include <string>
#include <vector>

#include "argo/lookup.h"
#include "core/rule.h"
#include "core/words.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  if (!canary_of(subject) || !subject.object.judged) return;
  for (const argo::Step& step : subject.rollout.steps) {
    std::vector<std::string> kinds;
    const yaml::Node* second = nullptr;
    for (const yaml::Entry& entry : step.node->entries) {
      const std::string_view key = entry.key.text;
      if (key != "setWeight" && key != "pause" && key != "experiment" && key != "analysis")
        continue;
      kinds.emplace_back(key);
      if (kinds.size() == 2) second = &entry.key;
    }
    if (second)
      report(subject.object, *second,
             fmt::format("one step has {}: the rollout is invalid and stands still",
                         quoted_list(kinds)));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_step_multiple_types{
    .id = "rollout/step-multiple-types",
    .summary = "one step that is two",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A step is a weight, a pause, an experiment or an analysis. An item with two of "
        "them is mostly a missing dash; the controller refuses the Rollout as "
        "InvalidSpec, and nothing is deployed any more, a rollback neither.",
    .instead = "1. Begin each of them with its own dash, in the order they are to happen.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
