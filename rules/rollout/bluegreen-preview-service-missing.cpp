
#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* const strategy = blue_green_of(subject);
  if (!strategy || !subject.object.judged) return;
  const yaml::Node* const preview = strategy->find("previewService");
  if (!is_whole(subject) || (preview && !preview->text.empty())) return;
  if (!strategy->find("prePromotionAnalysis")) return;
  report(subject.object, argo::place_of(*strategy, {"prePromotionAnalysis"}),
         "no `previewService`: before the switch no address leads to the new version");
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_bluegreen_preview_service_missing{
    .id = "rollout/bluegreen-preview-service-missing",
    .summary = "an analysis before the switch has nothing to call",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "Before the switch the active service leads to the old pods. Without a "
        "`previewService` there is no address for the new ones: a smoke test or a metric "
        "by service judges the old version.",
    .instead =
        "1. Create a second Service with the same selector and name it in "
        "`previewService`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/bluegreen/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
