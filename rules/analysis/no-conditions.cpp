#include <fmt/format.h>

#include <string_view>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  using argo::Provider;
  if (metric.success.given() || metric.failure.given() || metric.dry_run) return;
  const Provider provider = metric.provider;
  if (provider == Provider::none || provider == Provider::several || provider == Provider::job ||
      provider == Provider::kayenta || provider == Provider::plugin)
    return;
  for (const yaml::Entry& entry : metric.node->entries) {
    const std::string_view key = entry.key.text;
    // a misspelt one, or one that YAML took for a tag, is reported as that
    if (key.find("ondition") != std::string_view::npos &&
        ((key != "successCondition" && key != "failureCondition") || !entry.value.tag.empty()))
      return;
  }
  report(subject.object, *metric.node,
         fmt::format("metric `{}` has no condition: whatever {} answers is Successful", metric.name,
                     to_string(provider)));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_no_conditions{
    .id = "analysis/no-conditions",
    .summary = "a metric without conditions",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Without a successCondition and a failureCondition a measurement is Successful whatever "
        "came back, an empty answer included. Only a provider that does not answer fails.",
    .instead = "1. Add a successCondition.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
