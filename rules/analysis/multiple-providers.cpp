#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  const yaml::Node* provider = metric.node->find("provider");
  const yaml::Node* plugin = provider ? provider->find("plugin") : nullptr;
  const bool plugins = plugin && plugin->entries.size() > 1;
  if (metric.provider != argo::Provider::several && !plugins) return;
  report(subject.object, plugins ? *plugin : *provider,
         fmt::format("metric `{}` has several providers: the analysis is refused and the rollout "
                     "aborted",
                     metric.name));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_multiple_providers{
    .id = "analysis/multiple-providers",
    .summary = "a metric with several providers",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A metric has exactly one provider; several plugins count as several. With more the "
        "analysis is refused when it starts, and the rollout aborted.",
    .instead = "1. Make a metric of each.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
