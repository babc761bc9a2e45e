#include <fmt/format.h>

#include <string>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  for (const argo::MetricSubject* other : subject.siblings) {
    if (other == &subject) return;
    if (other->metric.name != metric.name || metric.name.empty() ||
        metric.name.find("{{") != std::string::npos)
      continue;
    const bool elsewhere = other->object.node != subject.object.node;
    report(subject.object, *metric.node->find("name"),
           elsewhere
               ? fmt::format("metric `{}` is also in `{}`, which the same analysis of `{}` uses: "
                             "the analysis is refused and the rollout aborted",
                             metric.name, other->object.full_name(), subject.gate.object.name)
               : fmt::format("metric `{}` is there twice: the analysis is refused and the "
                             "rollout aborted",
                             metric.name));
    return;
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_duplicate_metric_name{
    .id = "analysis/duplicate-metric-name",
    .summary = "two metrics of an analysis with one name",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The names of metrics are unique in an analysis, also across the templates that are merged "
        "for it. Two of a name are refused when the analysis starts, which aborts every rollout.",
    .instead = "1. Rename one of them.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
