#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>

#include "argo/lookup.h"
#include "argo/subject.h"
#include "core/rule.h"
#include "promql/selectors.h"
#include "promql/shape.h"

namespace backout {
namespace {

constexpr std::array<std::string_view, 11> path_labels = {
    "path",     "uri",        "route",       "handler",      "endpoint", "url",
    "http_url", "http_route", "http_target", "request_path", "url_path"};

bool is_path_label(std::string_view label) {
  return std::find(path_labels.begin(), path_labels.end(), label) != path_labels.end();
}

// `http_requests_total` of `http_requests_count`, `_sum`, `_bucket`: the same instrument.
std::string_view instrument(std::string_view metric) {
  for (const std::string_view end : {"_bucket", "_count", "_sum", "_total"})
    if (metric.ends_with(end)) return metric.substr(0, metric.size() - end.size());
  return metric;
}

bool has_path_matcher(const promql::Selector& selector) {
  return std::any_of(selector.matchers.begin(), selector.matchers.end(), [](const auto& matcher) {
    return matcher.opaque || matcher.label.placeholder || is_path_label(matcher.label.text);
  });
}

// By instrument the label that tells paths apart, as some query of the files uses it; and of a
// library that is known to write one.
using PathLabels = std::unordered_map<std::string_view, std::string_view>;
PathLabels path_labels_in(const argo::Subjects& subjects) {
  PathLabels out{{"http_server_requests_seconds", "uri"}};  // Spring Boot
  for (const argo::MetricSubject& metric : subjects.metrics) {
    if (!metric.conclusions.query) continue;
    const promql::Shape shape = shape_of(*metric.conclusions.query);
    for (const promql::Expr* selector : shape.selectors) {
      const std::string_view name = instrument(selector->selector.metric.text);
      for (const promql::Matcher& matcher : selector->selector.matchers)
        if (is_path_label(matcher.label.text)) out.emplace(name, matcher.label.text);
      for (const promql::Expr* aggregation : shape.aggregations)
        for (const promql::Name& label : aggregation->grouping.names)
          if (is_path_label(label.text)) out.emplace(name, label.text);
    }
  }
  out.erase("");
  return out;
}

// Whether the kubelet asks the pods over HTTP: at the port where the service answers, as far as
// can be seen.
const yaml::Node* http_probe(const argo::Object& rollout) {
  const yaml::Node* const containers =
      rollout.node->find({"spec", "template", "spec", "containers"});
  if (!containers) return nullptr;
  for (const yaml::Node& container : containers->items)
    for (const char* probe : {"readinessProbe", "livenessProbe"})
      if (const yaml::Node* const get = container.find({probe, "httpGet"})) return get;
  return nullptr;
}

void check_metric(const argo::MetricSubject& subject, const PathLabels& labels, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (!subject.conclusions.query || metric.dry_run || !metric.query.given()) return;
  if (!subject.gate.rollout) return;
  const yaml::Node* const probe = http_probe(subject.gate.rollout->object);
  if (!probe) return;
  const promql::Shape shape = shape_of(*subject.conclusions.query);
  const auto series = promql::series_of(subject.conclusions.query->root);
  for (const promql::Expr* selector : shape.selectors) {
    if (has_path_matcher(selector->selector)) return;
    const promql::Series& one = series.at(selector);
    if (one.only_bad() || one.events) continue;  // probes of a healthy pod do not fail
    const std::string_view name = selector->selector.metric.text;
    const auto label = labels.find(instrument(name));
    if (label == labels.end()) continue;
    const std::string_view path = argo::text_at(*probe, {"path"});
    report(subject.object, *metric.query.node,
           fmt::format("metric `{}` counts the probes of `{}` too: `{}` has the label `{}`, and "
                       "nothing keeps `{}` out",
                       metric.name, subject.gate.rollout->rollout.name, name, label->second,
                       path.empty() ? "/" : path));
    return;
  }
}

void check(const ManifestContext& context, Report& report) {
  const PathLabels labels = path_labels_in(context.subjects);
  for (const argo::MetricSubject& subject : context.subjects.metrics)
    if (is_judged(subject)) check_metric(subject, labels, report);
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_health_check_traffic_included{
    .id = "analysis/health-check-traffic-included",
    .summary = "a query that counts probes as requests",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "The kubelet asks every pod every few seconds, and gets quick answers with status 200. In "
        "a canary with little traffic these are most of the requests: a ratio over them stays good "
        "while users get errors, and a canary that nobody uses does not look idle.",
    .instead = "1. Leave the probes out: `uri!~\"/actuator.*|/health.*|/ready.*|/metrics\"`.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
