#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext& context, Report& report) {
  const argo::Metric& metric = subject.metric;
  const yaml::Node* limit = metric.node->find("inconclusiveLimit");
  if (!limit || !metric.known || metric.dry_run || metric.count <= 0) return;
  const bool given = metric.node->find("count") != nullptr;
  if (given && metric.inconclusive_limit > metric.count) {
    report(subject.object, *limit,
           fmt::format("metric `{}`: inconclusiveLimit {} is more than count {}: the analysis is "
                       "refused and the rollout aborted",
                       metric.name, metric.inconclusive_limit, metric.count));
    return;
  }
  if (!metric.success.given() || !metric.failure.given()) return;  // never inconclusive
  if (metric.inconclusive_limit >= metric.count)
    report(subject.object, *limit,
           fmt::format("metric `{}`: {} inconclusive of {} measurements do not exceed "
                       "inconclusiveLimit {}: it is Successful without one that succeeded",
                       metric.name, metric.count, metric.count, metric.inconclusive_limit));
  else if (metric.inconclusive_limit * 100 >
           context.config.thresholds.inconclusive_share * metric.count)
    report(subject.object, *limit,
           fmt::format("metric `{}` succeeds although {} of {} measurements are inconclusive",
                       metric.name, metric.inconclusive_limit, metric.count),
           {.at_most = Severity::warning});
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_inconclusive_limit_masks{
    .id = "analysis/inconclusive-limit-masks",
    .summary = "an inconclusiveLimit that lets an undecided metric succeed",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A metric is Inconclusive, and a person asked, when more than inconclusiveLimit "
        "measurements were. Where the limit reaches count that never happens, and a metric that "
        "was undecided from the first to the last measurement is Successful.",
    .instead = "1. Set inconclusiveLimit to a small part of count.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
