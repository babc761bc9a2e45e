#include <fmt/format.h>

#include "argo/masked.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (metric.dry_run) return;
  const auto share = masked_share(subject);
  if (!share) return;
  const argo::Text& condition = metric.success.given() ? metric.success : metric.failure;
  if (!condition.given()) return;
  report(subject.object, *condition.node,
         fmt::format("metric `{}` passes although every request to the canary of `{}` fails: the "
                     "query counts both versions, and the canary has at most {:.3g} % of the "
                     "traffic",
                     metric.name, subject.gate.rollout->rollout.name, *share));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_threshold_masked_by_weight{
    .id = "analysis/threshold-masked-by-weight",
    .summary = "a threshold that no canary can miss at its weight",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A query over both versions sees the canary's failures only in proportion to its weight: "
        "at 5 % of the traffic a canary that fails every request makes an error rate of 5 %, and a "
        "threshold of 5 % or more is never crossed. The gate cannot stop anything.",
    .instead =
        "1. Select the canary's own requests, by its pod hash or its Service.\n2. Or set the "
        "threshold well below the first weight.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
