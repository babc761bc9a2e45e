#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const argo::Object& object = subject.object;
  if (object.kind != argo::ObjectKind::rollout || !object.judged) return;
  const auto given = argo::int_at(*object.node, {"spec", "progressDeadlineSeconds"});
  const auto deadline = given.value_or(600);
  const auto ready = argo::int_at(*object.node, {"spec", "minReadySeconds"});
  if (!ready || *ready <= 0 || deadline > *ready) return;
  report(
      object,
      argo::place_of(*object.node, {"spec", given ? "progressDeadlineSeconds" : "minReadySeconds"}),
      fmt::format("`progressDeadlineSeconds` {}is {}, `minReadySeconds` {}: the rollout is "
                  "invalid and stands still",
                  given ? "" : "is not given and ", deadline, *ready));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_progress_deadline_le_min_ready{
    .id = "rollout/progress-deadline-le-min-ready",
    .summary = "a deadline that passes before a pod counts as ready",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A pod counts as available after minReadySeconds; a progressDeadlineSeconds (600 "
        "when absent) that is not longer would always pass before. The controller refuses "
        "the Rollout as InvalidSpec.",
    .instead =
        "1. Make `progressDeadlineSeconds` longer than minReadySeconds and the time a pod "
        "takes to start.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/specification/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
