#include <fmt/format.h>

#include "argo/attached.h"
#include "argo/placeholder.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  for (const argo::Placeholder& one : argo::placeholders_below(*metric.node)) {
    if (!one.argument().empty()) continue;
    report(subject.object, *one.node,
           one.closed
               ? fmt::format("metric `{}`: `{{{{{}}}}}` is no argument: the analysis ends as Error "
                             "and the rollout is aborted",
                             metric.name, one.name.substr(0, 60))
               : fmt::format("metric `{}`: `{{{{` is never closed: the analysis ends as Error and "
                             "the rollout is aborted",
                             metric.name));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_placeholder_unresolved{
    .id = "analysis/placeholder-unresolved",
    .summary = "a placeholder that Argo Rollouts cannot fill in",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Argo Rollouts replaces `{{args.name}}` in the whole metric, and refuses it when any other "
        "`{{…}}`, or an opening `{{` alone, is left: the analysis ends as Error and aborts the "
        "rollout. The braces of other template languages, also in scripts of a job, count.",
    .instead =
        "1. Use `{{args.name}}` and declare the argument; write other braces in another way.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
