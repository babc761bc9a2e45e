#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  const yaml::Node* limit = metric.node->find("consecutiveErrorLimit");
  if (!limit || !metric.known || metric.error_limit != 0 || metric.dry_run) return;
  report(subject.object, *limit,
         fmt::format("metric `{}`: one measurement that cannot be taken aborts the rollout",
                     metric.name));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_error_limit_zero{
    .id = "analysis/error-limit-zero",
    .summary = "one failed measurement aborts the rollout",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "With consecutiveErrorLimit 0 a single answer that cannot be had, a restart of Prometheus "
        "for instance, ends the analysis as Error and aborts the rollout.",
    .instead = "1. Leave consecutiveErrorLimit at its default of 4.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
