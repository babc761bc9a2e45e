#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"
#include "yaml/value.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const argo::Object& object = subject.object;
  if (object.kind != argo::ObjectKind::rollout || !object.judged) return;
  if (!is_whole(subject)) return;
  const yaml::Node* const node = object.node->find({"spec", "progressDeadlineAbort"});
  if (node && yaml::as_bool(*node) != false) return;
  const auto deadline =
      argo::int_at(*object.node, {"spec", "progressDeadlineSeconds"}).value_or(600);
  report(object, argo::place_of(*object.node, {"spec", "progressDeadlineAbort"}),
         fmt::format("pods that do not get ready within {} leave the rollout Degraded where it is; "
                     "`progressDeadlineAbort` would take it back",
                     argo::show_duration(static_cast<argo::Seconds>(deadline))));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_progress_deadline_no_abort{
    .id = "rollout/progress-deadline-no-abort",
    .summary = "a canary that never gets ready stays",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "When progressDeadlineSeconds passes the Rollout is reported Degraded, and that "
        "is all: the weight stays where it is and the pods that do not start stay too. "
        "With `progressDeadlineAbort: true` the controller goes back by itself.",
    .instead =
        "1. Set `progressDeadlineAbort: true`, with a `progressDeadlineSeconds` that a "
        "slow start does not reach.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/specification/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
