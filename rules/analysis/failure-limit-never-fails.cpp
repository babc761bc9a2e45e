#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  const yaml::Node* limit = metric.node->find("failureLimit");
  if (!limit || !metric.known || metric.dry_run || metric.count <= 0 || metric.failure_limit < 1)
    return;
  const bool given = metric.node->find("count") != nullptr;
  if (given && metric.count < metric.failure_limit + metric.success_limit) {
    report(subject.object, *limit,
           metric.success_limit > 0
               ? fmt::format("metric `{}`: failureLimit {} and consecutiveSuccessLimit {} are more "
                             "than count {}: the analysis is refused and the rollout aborted",
                             metric.name, metric.failure_limit, metric.success_limit, metric.count)
               : fmt::format("metric `{}`: failureLimit {} is more than count {}: the analysis is "
                             "refused and the rollout aborted",
                             metric.name, metric.failure_limit, metric.count));
  } else if (metric.failure_limit >= metric.count) {
    report(
        subject.object, *limit,
        fmt::format("metric `{}`: {} failed of {} measurements do not exceed failureLimit {}: it "
                    "is Successful whatever it measures",
                    metric.name, metric.count, metric.count, metric.failure_limit));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_failure_limit_never_fails{
    .id = "analysis/failure-limit-never-fails",
    .summary = "a failureLimit that no number of failures exceeds",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A metric fails when more than failureLimit measurements have failed. With failureLimit "
        "equal to count that never happens: a metric whose every measurement fails is Successful. "
        "With a failureLimit above count the analysis is refused when it starts, which aborts "
        "every rollout.",
    .instead = "1. Set failureLimit below count: 0 stops at the first failure, 1 forgives one.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
