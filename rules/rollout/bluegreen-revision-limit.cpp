#include <fmt/format.h>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  const yaml::Node* const strategy = blue_green_of(subject);
  if (!strategy || !subject.object.judged) return;
  const auto running = argo::int_at(*strategy, {"scaleDownDelayRevisionLimit"});
  const auto kept =
      argo::int_at(*subject.object.node, {"spec", "revisionHistoryLimit"}).value_or(10);
  if (!running || *running <= kept) return;
  report(subject.object, *strategy->find("scaleDownDelayRevisionLimit"),
         fmt::format("{} old versions may run and {} are kept: the rollout is invalid and stands "
                     "still",
                     *running, kept));
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_bluegreen_revision_limit{
    .id = "rollout/bluegreen-revision-limit",
    .summary = "more old versions kept running than kept at all",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "`scaleDownDelayRevisionLimit` is how many old ReplicaSets may still run in the "
        "delay; revisionHistoryLimit (10 when absent) is how many exist. The controller "
        "refuses a larger one of the former as InvalidSpec.",
    .instead =
        "1. Lower `scaleDownDelayRevisionLimit` (1 or 2 is plenty), or raise "
        "`revisionHistoryLimit`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/bluegreen/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
