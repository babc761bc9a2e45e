#include <fmt/format.h>

#include "argo/endpoint.h"
#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  const auto endpoint = endpoint_of(metric, subject.gate.gate);
  if (!endpoint) return;
  if (argo::is_true(*endpoint->provider, {"insecure"})) {
    report(subject.object, *endpoint->provider->find("insecure"),
           fmt::format("`insecure` of metric `{}`: whoever is in between can answer that all is "
                       "well",
                       metric.name));
    return;
  }
  if (!endpoint->text.given() || !endpoint->text.known) return;
  const argo::Url url = argo::parse_url(endpoint->text.value);
  if (url.scheme != "http" || url.host.empty() || argo::is_internal(url.host)) return;
  report(subject.object, *endpoint->text.node,
         fmt::format("metric `{}` asks `{}` without TLS, outside of the cluster: whoever is in "
                     "between can answer that all is well",
                     metric.name, url.host));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_provider_insecure{
    .id = "analysis/provider-insecure",
    .summary = "a gate that believes anybody on the way",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "The answer of the provider decides whether a release goes on. Over plain http beyond the "
        "cluster, or with `insecure: true`, nobody proves that it is the provider who answers, and "
        "credentials in headers travel in the open.",
    .instead = "1. Use https with a certificate that the controller trusts.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
