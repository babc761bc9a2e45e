#include <fmt/format.h>

#include <algorithm>

#include "argo/attached.h"
#include "core/rule.h"
#include "promql/shape.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext& context, Report& report) {
  const argo::Metric& metric = subject.metric;
  using argo::Provider;
  const Provider provider = metric.provider;
  const bool sampled = provider == Provider::prometheus || provider == Provider::datadog ||
                       provider == Provider::new_relic || provider == Provider::wavefront ||
                       provider == Provider::cloud_watch || provider == Provider::graphite ||
                       provider == Provider::influxdb || provider == Provider::skywalking;
  if (!sampled || !metric.known || metric.dry_run || metric.count != 1) return;
  const yaml::Node* prometheus = metric.node->find({"provider", "prometheus"});
  if (prometheus && prometheus->find("rangeQuery")) return;
  argo::Seconds window = 0;
  const bool windowed = provider == Provider::datadog || provider == Provider::cloud_watch;
  if (windowed) window = 300;  // their default
  if (subject.conclusions.query)
    for (const promql::Expr* range : shape_of(*subject.conclusions.query).windows) {
      if (range->window.placeholder) return;
      window = std::max(window, static_cast<double>(range->window.milliseconds) / 1000);
    }
  const auto before = warm_up(subject.gate);
  if (window >= context.config.thresholds.long_window && (!before || *before >= window)) return;
  const yaml::Node* count = metric.node->find("count");
  report(subject.object, count ? *count : *metric.node,
         fmt::format("metric `{}` is measured once{}: a single sample decides about the rollout",
                     metric.name,
                     window > 0 ? fmt::format(", over {}", argo::show_duration(window)) : ""));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_single_measurement{
    .id = "analysis/single-measurement",
    .summary = "one sample decides about the rollout",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A metric without count and interval is measured once, at the start of the analysis. One "
        "unlucky scrape aborts a good release, and a fault that shows a minute later is not seen.",
    .instead =
        "1. Measure several times: `interval: 1m` with `count: 5`.\n2. Or look back over the whole "
        "step: a window as long as the pause before the analysis.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
