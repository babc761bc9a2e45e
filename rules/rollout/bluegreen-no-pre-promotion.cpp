#include <utility>

#include "argo/lookup.h"
#include "core/rule.h"
#include "yaml/value.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* const strategy = blue_green_of(subject);
  if (!strategy || !subject.object.judged || strategy->find("prePromotionAnalysis")) return;
  if (!is_whole(subject)) return;
  const yaml::Node* const automatic = strategy->find("autoPromotionEnabled");
  if (automatic && !yaml::as_bool(*automatic)) return;
  ReportOptions options;
  if (!subject.rollout.auto_promotion) options.at_most = Severity::warning;
  report(subject.object,
         argo::place_of(*subject.object.node,
                        {"spec", "strategy", "blueGreen", "prePromotionAnalysis"}),
         subject.rollout.auto_promotion
             ? "no `prePromotionAnalysis`: all traffic is switched to the new version as soon as "
               "its pods are ready"
             : "no `prePromotionAnalysis`: a person at the promotion is the only gate before all "
               "traffic is switched",
         std::move(options));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_bluegreen_no_pre_promotion{
    .id = "rollout/bluegreen-no-pre-promotion",
    .summary = "all traffic is switched to what nothing has tested",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A blue-green switch is all or nothing. Without a prePromotionAnalysis the new "
        "version gets all traffic once its pods are ready, and ready says no more than "
        "the probe. Where a person promotes (autoPromotionEnabled false) this is a "
        "warning.",
    .instead =
        "1. Add `prePromotionAnalysis` with a Job or a web metric that uses the preview "
        "service: user traffic does not reach it before the switch.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/bluegreen/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
