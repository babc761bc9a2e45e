
#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* const strategy = blue_green_of(subject);
  if (!strategy || !subject.object.judged) return;
  if (!is_whole(subject) || strategy->find("postPromotionAnalysis")) return;
  report(subject.object,
         argo::place_of(*subject.object.node,
                        {"spec", "strategy", "blueGreen", "postPromotionAnalysis"}),
         "no `postPromotionAnalysis`: once users are on the new version no metric takes them back");
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_bluegreen_no_post_promotion{
    .id = "rollout/bluegreen-no-post-promotion",
    .summary = "after the switch no analysis can take it back",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "User traffic reaches the new version at the switch, so that is when most faults "
        "show. A failed postPromotionAnalysis puts the active service's selector back to "
        "the old pods; without one only a person does.",
    .instead =
        "1. Add `postPromotionAnalysis` with the error rate and latency of the active "
        "service.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/bluegreen/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
