#include <fmt/format.h>

#include <optional>
#include <string>

#include "argo/duration.h"
#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

struct Timeout {
  const yaml::Node* node = nullptr;
  argo::Seconds seconds = 0;
};

std::optional<Timeout> timeout_of(const argo::Metric& metric) {
  const yaml::Node* const providers = metric.node->find("provider");
  const yaml::Node* const provider =
      providers ? providers->find(to_string(metric.provider)) : nullptr;
  if (!provider) return std::nullopt;
  for (const char* key : {"timeout", "timeoutSeconds"})
    if (const auto seconds = argo::int_at(*provider, {key}))
      return Timeout{provider->find(key), static_cast<argo::Seconds>(*seconds)};
  if (const yaml::Node* const node = provider->find("requestTimeout"))  // datadog
    if (const auto seconds = argo::parse_duration(node->text)) return Timeout{node, *seconds};
  return std::nullopt;
}

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (metric.provider == argo::Provider::plugin || !metric.interval) return;
  const auto timeout = timeout_of(metric);
  if (!timeout || timeout->seconds < *metric.interval) return;
  report(subject.object, *timeout->node,
         fmt::format("metric `{}` waits up to {} for an answer, as long as its interval of {}: a "
                     "provider that hangs makes it measure at most every {}",
                     metric.name, argo::show_duration(timeout->seconds),
                     argo::show_duration(*metric.interval),
                     argo::show_duration(timeout->seconds + *metric.interval)));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_provider_timeout{
    .id = "analysis/provider-timeout",
    .summary = "a query that may take longer than the interval",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "The interval counts from the end of a measurement. A provider that hangs until the "
        "time-out stretches each round by it, and what was planned to be noticed after minutes is "
        "noticed after hours.",
    .instead = "1. Set the time-out to a fraction of the interval, 5 or 10 seconds.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
