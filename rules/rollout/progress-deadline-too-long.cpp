#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  const argo::Object& object = subject.object;
  if (object.kind != argo::ObjectKind::rollout || !object.judged) return;
  const auto deadline = argo::int_at(*object.node, {"spec", "progressDeadlineSeconds"});
  if (!deadline || *deadline <= context.config.thresholds.progress_deadline) return;
  report(object, *object.node->find({"spec", "progressDeadlineSeconds"}),
         fmt::format("pods that never get ready are noticed after {}",
                     argo::show_duration(static_cast<argo::Seconds>(*deadline))));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_progress_deadline_too_long{
    .id = "rollout/progress-deadline-too-long",
    .summary = "a rollout that hangs is noticed late",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "Until progressDeadlineSeconds has passed a rollout whose pods do not get ready "
        "is Progressing, for alerts and for Argo CD alike. Pauses and analyses do not "
        "count, so it need not be longer than a slow start.",
    .instead = "1. Set it to a few times what a pod takes to get ready.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/specification/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
