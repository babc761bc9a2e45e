#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (metric.inconclusive_limit != 0 || !metric.known || metric.dry_run) return;
  for (const argo::Trial& trial : subject.conclusions.trials) {
    if (!trial.number || trial.measured.phase != expr::Phase::inconclusive) continue;
    report(subject.object, *metric.success.node,
           fmt::format("metric `{}`: {} meets neither condition, and as inconclusiveLimit is 0 the "
                       "first such measurement pauses the rollout until a person looks",
                       metric.name, trial.value));
    return;
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_condition_gap{
    .id = "analysis/condition-gap",
    .summary = "values between the conditions pause the rollout at once",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "A value that meets neither condition is Inconclusive. With inconclusiveLimit 0, the "
        "default, the first one pauses the rollout until a person looks.",
    .instead =
        "1. Set inconclusiveLimit to the borderline measurements that may pass without a "
        "person.\n2. Or let the conditions meet.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
