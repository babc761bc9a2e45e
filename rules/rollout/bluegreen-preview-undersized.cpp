#include <fmt/format.h>

#include "argo/lookup.h"
#include "argo/neighbours.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  const yaml::Node* const strategy = blue_green_of(subject);
  if (!strategy || !subject.object.judged) return;
  const auto preview = argo::int_at(*strategy, {"previewReplicaCount"});
  const auto replicas = argo::replicas_of(subject, context.head);
  if (!preview || !replicas || *replicas < 2 || *preview < 1 || *preview >= *replicas) return;
  if (100 * *preview >= std::int64_t{context.config.thresholds.preview_share} * *replicas) return;
  report(subject.object, *strategy->find("previewReplicaCount"),
         fmt::format("{} of {} pods are judged before the switch: little is learnt about load",
                     *preview, *replicas));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_bluegreen_preview_undersized{
    .id = "rollout/bluegreen-preview-undersized",
    .summary = "a preview much smaller than what it replaces",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "The preview is judged with `previewReplicaCount` pods and scaled up before the "
        "switch. What shows only under load, or with many pods on a database, does not "
        "show in a small one.",
    .instead = "1. Make the preview at least half as large, or put load on it before the switch.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/bluegreen/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
