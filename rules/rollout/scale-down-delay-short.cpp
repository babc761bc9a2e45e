#include <fmt/format.h>

#include <utility>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  const yaml::Node* const canary = canary_of(subject);
  const yaml::Node* const strategy = canary ? canary : blue_green_of(subject);
  if (!strategy || !subject.object.judged || !is_whole(subject)) return;
  if (canary && (!subject.rollout.routed || subject.rollout.dynamic_stable_scale)) return;
  const yaml::Node* const node = strategy->find("scaleDownDelaySeconds");
  const auto given = argo::int_at(*strategy, {"scaleDownDelaySeconds"});
  if (node && !given) return;
  // Unset, the old version stays until a post-promotion analysis is through.
  if (!node && (canary || strategy->find("postPromotionAnalysis"))) return;
  const Thresholds& limits = context.config.thresholds;
  const int least = canary ? limits.scale_down_delay : limits.blue_green_scale_down_delay;
  const auto delay = given.value_or(30);
  if (delay >= least) return;
  ReportOptions options;
  if (!node) options.at_most = Severity::note;
  report(subject.object, argo::place_of(*strategy, {"scaleDownDelaySeconds"}),
         fmt::format("the old version is kept for {} s after the new one has all traffic{}: later "
                     "than that a way back starts its pods again",
                     delay, node ? "" : ", the default"),
         std::move(options));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_scale_down_delay_short{
    .id = "rollout/scale-down-delay-short",
    .summary = "the old version is gone soon after the switch",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "While the old pods run, going back is a change of weights or of one selector. "
        "After scaleDownDelaySeconds (30 when absent) they have to be started again. It "
        "should outlast the time in which alerts tell that the new version is bad. A note "
        "where it is the default.",
    .instead =
        "1. Set `scaleDownDelaySeconds` to five minutes or more, longer than your alerts "
        "take.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/bluegreen/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
