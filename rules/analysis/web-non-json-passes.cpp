#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

bool is_probe(std::string_view url) {
  url = url.substr(0, url.find('?'));
  while (url.ends_with('/')) url.remove_suffix(1);
  for (const std::string_view end :
       {"health", "healthz", "ready", "readyz", "live", "livez", "ping", "status", ".html", ".txt"})
    if (url.ends_with(end)) return true;
  return false;
}

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (metric.provider != argo::Provider::web || metric.dry_run ||
      modern(subject.conclusions.success.engine))
    return;
  const yaml::Node* web = metric.node->find({"provider", "web"});
  const yaml::Node *url = web->find("url"), *path = web->find("jsonPath");
  if (!url) return;
  const bool whole = !path || path->text.empty() || path->text == "{$}" || path->text == "{}";
  ReportOptions options;
  if (!whole)
    options.at_most = Severity::note;
  else if (!is_probe(url->text))
    options.at_most = Severity::warning;
  report(
      subject.object, *url,
      fmt::format("metric `{}` is Successful when `{}` answers with anything that is no JSON: {}",
                  metric.name, url->text.substr(0, 80),
                  whole ? "the conditions are not asked" : "a proxy's page, for instance"),
      std::move(options));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_web_non_json_passes{
    .id = "analysis/web-non-json-passes",
    .summary = "a web metric that passes on any answer that is no JSON",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Up to Argo Rollouts 1.10.0-rc1 a web metric whose endpoint answers 2xx with anything but "
        "JSON, an empty body, `error`, a login page, is Successful without a look at the "
        "conditions.",
    .instead =
        "1. Probe with a job that exits with a status.\n2. Let the endpoint answer with JSON, and "
        "name the value in jsonPath.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
