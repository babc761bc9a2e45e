#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext& context, Report& report) {
  const argo::Metric& metric = subject.metric;
  const yaml::Node* limit = metric.node->find("failureLimit");
  if (!limit || !metric.known || metric.dry_run || metric.failure_limit < 1) return;
  const Thresholds& thresholds = context.config.thresholds;
  if (metric.count > 0) {
    if (metric.failure_limit >= metric.count ||
        metric.failure_limit * 100 < thresholds.failure_share * metric.count)
      return;
    report(
        subject.object, *limit,
        fmt::format("metric `{}` succeeds although {} of {} measurements fail, and fails after {} "
                    "at the earliest",
                    metric.name, metric.failure_limit, metric.count,
                    argo::show_duration(earliest_failed(metric).value_or(0))));
  } else if (metric.failure_limit >= thresholds.failure_limit) {
    report(subject.object, *limit,
           fmt::format("metric `{}` forgives {} failures, and fails after {} at the earliest",
                       metric.name, metric.failure_limit,
                       argo::show_duration(earliest_failed(metric).value_or(0))));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_failure_limit_too_high{
    .id = "analysis/failure-limit-too-high",
    .summary = "a failureLimit that forgives most failures",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "failureLimit is the number of failed measurements that a metric survives. Where it "
        "forgives half of them, a release that is broken half of the time is promoted, and one "
        "that is always broken is stopped late.",
    .instead =
        "1. Lower failureLimit; smooth single outliers with a longer window in the query instead.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
