#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (!metric.known) return;
  const auto refuse = [&](const char* field, int value, int least) {
    const yaml::Node* node = metric.node->find(field);
    if (!node || value >= least) return;
    report(subject.object, *node,
           fmt::format("metric `{}`: `{}` must not be {}: the analysis is refused and the rollout "
                       "aborted",
                       metric.name, field, value));
  };
  refuse("failureLimit", metric.failure_limit, -1);
  refuse("inconclusiveLimit", metric.inconclusive_limit, 0);
  refuse("consecutiveErrorLimit", metric.error_limit, 0);
  refuse("consecutiveSuccessLimit", metric.success_limit, 0);
  if (metric.failure_limit == -1 && metric.success_limit == 0)
    report(
        subject.object, *metric.node->find("failureLimit"),
        fmt::format("metric `{}`: failureLimit -1 without a consecutiveSuccessLimit leaves nothing "
                    "to decide by: the analysis is refused and the rollout aborted",
                    metric.name));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_negative_limit{
    .id = "analysis/negative-limit",
    .summary = "a limit that the controller refuses",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "consecutiveErrorLimit, inconclusiveLimit and consecutiveSuccessLimit must not be "
        "negative; failureLimit may be -1, next to a consecutiveSuccessLimit alone. Anything else "
        "is refused when the analysis starts, which aborts every rollout.",
    .instead = "1. Write 0 for no tolerance; leave the field out for the default.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
