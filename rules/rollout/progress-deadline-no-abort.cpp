#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "argo/lookup.h"
#include "argo/neighbours.h"
#include "core/rule.h"
#include "yaml/value.h"

namespace backout {
namespace {

// Pods that the service lacks as long as the new ones do not get ready: what maxUnavailable lets
// the controller take away first. With traffic routing, and with blue-green, the stable pods stay.
int missing_pods(const argo::Rollout& rollout, int replicas) {
  if (!rollout.canary || rollout.routed || replicas == 0) return 0;
  const int unavailable = argo::round_down(rollout.max_unavailable, replicas);
  if (unavailable == 0 && argo::round_up(rollout.max_surge, replicas) == 0) return 1;
  return std::min(unavailable, replicas);
}

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  const argo::Object& object = subject.object;
  if (object.kind != argo::ObjectKind::rollout || !object.judged) return;
  if (!is_whole(subject)) return;
  const yaml::Node* const node = object.node->find({"spec", "progressDeadlineAbort"});
  if (node && yaml::as_bool(*node) != false) return;
  const yaml::Node* const written = object.node->find({"spec", "progressDeadlineSeconds"});
  const std::string deadline = argo::show_duration(static_cast<argo::Seconds>(
      argo::int_at(*object.node, {"spec", "progressDeadlineSeconds"}).value_or(600)));
  const yaml::Node& place = argo::place_of(*object.node, {"spec", "progressDeadlineAbort"});
  const int replicas = replicas_of(subject, context.head).value_or(0);
  const int missing = missing_pods(subject.rollout, replicas);
  // a quarter of the pods is what every Deployment does without as well
  const bool many = missing * 4 > replicas || subject.rollout.dynamic_stable_scale;
  ReportOptions options;
  if (!many) options.at_most = Severity::note;
  if (missing > 0)
    report(object, place,
           fmt::format("new pods that are not ready within {} leave the rollout Degraded and up to "
                       "{} of {} pods missing; `progressDeadlineAbort` would take it back",
                       deadline, missing, replicas),
           std::move(options));
  else if (subject.rollout.dynamic_stable_scale || written || node)
    report(object, place,
           fmt::format("new pods that are not ready within {} leave the rollout Degraded where it "
                       "is; `progressDeadlineAbort` would take it back",
                       deadline),
           std::move(options));
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
        "is all: the weight stays where it is and the pods that do not start stay too. A canary "
        "without traffic routing has taken stable pods away for them, as far as maxUnavailable "
        "goes; with dynamicStableScale the stable version has shrunk. "
        "With `progressDeadlineAbort: true` the controller goes back by itself.",
    .instead =
        "1. Set `progressDeadlineAbort: true`, with a `progressDeadlineSeconds` that a "
        "slow start does not reach.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/specification/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
