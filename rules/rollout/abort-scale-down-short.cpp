#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  const yaml::Node* strategy = canary_of(subject);
  if (strategy && !subject.rollout.routed) return;
  if (!strategy) strategy = blue_green_of(subject);
  if (!strategy || !subject.object.judged) return;
  const auto delay = argo::int_at(*strategy, {"abortScaleDownDelaySeconds"});
  if (!delay || *delay <= 0 || *delay >= context.config.thresholds.scale_down_delay) return;
  report(
      subject.object, *strategy->find("abortScaleDownDelaySeconds"),
      fmt::format("{} s after an abort the new pods are gone, with what they could tell", *delay));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_abort_scale_down_short{
    .id = "rollout/abort-scale-down-short",
    .summary = "pods of an aborted version are gone at once",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "After an abort the new pods are what tells why: their logs, their memory. "
        "Requests still on their way to them need some seconds too, until all proxies "
        "know the new weights.",
    .instead = "1. Set `abortScaleDownDelaySeconds` to 30 or more.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/scaledown-aborted-rs/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
