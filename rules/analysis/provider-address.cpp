#include <fmt/format.h>

#include <string>

#include "argo/endpoint.h"
#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

// Why every measurement is an Error; empty when nothing is wrong.
std::string fault(const argo::Metric& metric, const argo::Url& url, std::string_view text) {
  const bool prometheus = metric.provider == argo::Provider::prometheus;
  if (metric.provider == argo::Provider::wavefront) return {};  // the name of a key, not a URL
  if (url.scheme.empty() || (url.host.empty() && !text.starts_with("http")))
    return "has no scheme such as `http://`";
  if (url.host.empty()) return "has no host";
  if (url.scheme != "http" && url.scheme != "https")
    return fmt::format("has the scheme `{}`, and only http and https are asked", url.scheme);
  if (prometheus && (url.path == "/graph" || url.path.starts_with("/graph?") ||
                     url.path.starts_with("/graph/") || url.path.starts_with("/api/v1")))
    return fmt::format("ends in `{}`, but the controller adds `/api/v1/query` by itself", url.path);
  if (url.host == "localhost" || url.host == "127.0.0.1" || url.host == "0.0.0.0" ||
      url.host == "[::1]")
    return "leads to the controller's own pod";
  return {};
}

// By the schema; of the others the controller notices.
bool is_required(argo::Provider provider) {
  return provider == argo::Provider::web || provider == argo::Provider::kayenta ||
         provider == argo::Provider::graphite;
}

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  const auto endpoint = endpoint_of(metric, subject.gate.gate);
  if (!endpoint) return;
  const std::string provider(to_string(metric.provider));
  const yaml::Node& place = endpoint->text.node
                                ? *endpoint->text.node
                                : argo::place_of(*metric.node, {"provider", provider});
  if (!endpoint->text.given()) {
    if (metric.provider == argo::Provider::prometheus)
      report(subject.object, place,
             fmt::format("metric `{}` has no `address`: the controller's "
                         "ARGO_ROLLOUTS_PROMETHEUS_ADDRESS is asked, and without one every "
                         "measurement is an Error",
                         metric.name),
             {.at_most = Severity::note});
    else
      report(subject.object, place,
             fmt::format("metric `{}` has no `{}`: {}", metric.name, endpoint->key,
                         is_required(metric.provider) ? "the API server refuses the object"
                                                      : "every measurement is an Error"));
    return;
  }
  if (!endpoint->text.known) return;
  const std::string why =
      fault(metric, argo::parse_url(endpoint->text.value), endpoint->text.value);
  if (why.empty()) return;
  report(subject.object, place,
         fmt::format("the {} of metric `{}` {}: every measurement is an Error", endpoint->key,
                     metric.name, why));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_provider_address{
    .id = "analysis/provider-address",
    .summary = "an address that the controller cannot ask",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The controller reads the address as a URL with scheme and host: `prometheus:9090` has "
        "neither, as Go takes `prometheus` for the scheme. It adds the path of the API by itself, "
        "and it asks from its own pod, where localhost is itself. Nothing checks the address "
        "before a rollout runs; then each measurement is an Error and five in a row abort.",
    .instead = "1. Write `http://prometheus.monitoring.svc:9090`, with no path behind it.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/analysis/prometheus/",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
