#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (metric.provider != argo::Provider::none) return;
  const yaml::Node* provider = metric.node->find("provider");
  if (provider && !provider->entries.empty()) return;  // an unknown one: rollout/unknown-field
  report(subject.object, provider ? *provider : *metric.node,
         fmt::format("metric `{}` has no provider: the analysis is refused and the rollout aborted",
                     metric.name));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_no_provider{
    .id = "analysis/no-provider",
    .summary = "a metric without a provider",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A metric needs one provider to ask. Without, the analysis is refused when it starts, and "
        "the rollout aborted.",
    .instead = "1. Name a provider: `prometheus`, `job`, `web` …",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
