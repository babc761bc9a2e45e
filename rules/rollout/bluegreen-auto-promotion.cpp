#include <fmt/format.h>

#include <utility>

#include "argo/lookup.h"
#include "core/rule.h"
#include "yaml/value.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* const strategy = blue_green_of(subject);
  if (!strategy || !subject.object.judged) return;
  const argo::Rollout& rollout = subject.rollout;
  if (!is_whole(subject) || !rollout.auto_promotion || rollout.auto_promotion_delay > 0) return;
  const yaml::Node* const node = strategy->find("autoPromotionEnabled");
  if (node && !yaml::as_bool(*node)) return;
  ReportOptions options;
  const bool analysed = strategy->find("prePromotionAnalysis") != nullptr;
  if (analysed) options.at_most = Severity::note;
  report(subject.object,
         argo::place_of(*subject.object.node,
                        {"spec", "strategy", "blueGreen", "autoPromotionEnabled"}),
         fmt::format("the switch happens by itself {}{}",
                     analysed ? "once the analysis before it has passed"
                              : "the moment the new pods are ready",
                     node ? "" : " (`autoPromotionEnabled` is true when absent)"),
         std::move(options));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_bluegreen_auto_promotion{
    .id = "rollout/bluegreen-auto-promotion",
    .summary = "all traffic is switched as soon as pods are ready",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "autoPromotionEnabled is true when absent: nobody looks at the preview before "
        "users do. With a prePromotionAnalysis the switch waits for its verdict, and this "
        "is a note.",
    .instead =
        "1. Set `autoPromotionEnabled: false` and promote by hand or by a pipeline.\n"
        "2. Or add a `prePromotionAnalysis`, and `autoPromotionSeconds` to leave time to "
        "stop.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/bluegreen/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
