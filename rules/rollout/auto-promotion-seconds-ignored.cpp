
#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* const strategy = blue_green_of(subject);
  if (!strategy || !subject.object.judged) return;
  const auto seconds = argo::int_at(*strategy, {"autoPromotionSeconds"});
  if (subject.rollout.auto_promotion || !seconds || *seconds <= 0) return;
  report(subject.object, *strategy->find("autoPromotionSeconds"),
         "`autoPromotionEnabled` is false: these seconds pass and nothing is promoted");
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_auto_promotion_seconds_ignored{
    .id = "rollout/auto-promotion-seconds-ignored",
    .summary = "a delay of a promotion that does not happen",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "`autoPromotionSeconds` delays the automatic promotion. With "
        "`autoPromotionEnabled: false` there is none: the rollout waits for a person "
        "however long it takes.",
    .instead = "1. Remove `autoPromotionSeconds`, or set `autoPromotionEnabled: true`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/bluegreen/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
