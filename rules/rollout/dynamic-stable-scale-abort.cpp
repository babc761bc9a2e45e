#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  const yaml::Node* const canary = canary_of(subject);
  if (!canary || !subject.object.judged) return;
  const argo::Rollout& rollout = subject.rollout;
  if (!rollout.dynamic_stable_scale || !rollout.routed || rollout.steps.empty()) return;
  const int late = context.config.thresholds.late_analysis_weight;
  int highest = 0;
  bool early = false;
  for (const argo::Stretch& stretch : subject.line.stretches) {
    if (stretch.step >= rollout.steps.size()) continue;
    highest = std::max(highest, stretch.weight);
    for (const argo::Gate& gate : subject.gates)
      early = early || (stretch.weight < late &&
                        (gate.step == stretch.step ||
                         (gate.kind == argo::Gate::Kind::background && gate.step <= stretch.step)));
  }
  if (highest <= 0) return;
  ReportOptions options;
  if (early) options.at_most = Severity::warning;
  report(subject.object, argo::place_of(*canary, {"dynamicStableScale"}),
         fmt::format("an abort at weight {} has to start the {} % of stable pods that are gone{}",
                     highest, std::min(100, 100 * highest / rollout.max_weight),
                     early ? "" : fmt::format(", and no analysis judges below weight {}", late)),
         std::move(options));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_dynamic_stable_scale_abort{
    .id = "rollout/dynamic-stable-scale-abort",
    .summary = "an abort finds the stable pods gone",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "With dynamicStableScale the stable version shrinks as the canary grows. An abort "
        "first has to start its pods, cold, and traffic returns as they get ready; the "
        "bad version serves meanwhile. A warning where an analysis judges at a low weight "
        "already.",
    .instead =
        "1. Remove `dynamicStableScale`: for the time of the rollout it costs pods, and "
        "an abort is instant.\n"
        "2. Or put an analysis at a low weight, where few stable pods are gone.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/specification/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
