#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  for (const argo::Trial& trial : subject.conclusions.trials) {
    if (!trial.measured.success.value_or(false) || !trial.measured.failure.value_or(false))
      continue;
    report(subject.object, *metric.failure.node,
           fmt::format("metric `{}`: {} meets both successCondition and failureCondition, and is "
                       "Failed",
                       metric.name, trial.value));
    return;
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_condition_overlap{
    .id = "analysis/condition-overlap",
    .summary = "values that meet both conditions",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A value that meets successCondition and failureCondition is Failed. The reader of the "
        "template sees a success threshold that is not the one in force.",
    .instead =
        "1. Leave a band between the conditions, or drop failureCondition: what is not a success "
        "then fails.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
