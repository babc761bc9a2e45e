#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (!metric.known || metric.failure_limit != -1 || metric.success_limit < 1 || metric.dry_run)
    return;
  report(subject.object, *metric.node->find("failureLimit"),
         fmt::format("metric `{}`: failureLimit -1 lets any number of measurements fail{}",
                     metric.name,
                     metric.count > 0 ? "" : "; without a count it waits for ever while they do"));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_failure_limit_disabled{
    .id = "analysis/failure-limit-disabled",
    .summary = "failures alone never fail the metric",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "With failureLimit -1 failed measurements are not counted: the metric waits for "
        "consecutiveSuccessLimit good ones in a row. Without a count it waits for ever while "
        "everything fails.",
    .instead = "1. Set failureLimit to what is tolerable, also next to consecutiveSuccessLimit.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
