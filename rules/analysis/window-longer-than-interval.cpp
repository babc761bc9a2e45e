#include <fmt/format.h>

#include <algorithm>

#include "argo/subject.h"
#include "core/rule.h"
#include "promql/shape.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext& context, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (!subject.conclusions.query || metric.dry_run || !metric.known) return;
  if (metric.count == 1 || !metric.interval || *metric.interval <= 0) return;
  argo::Seconds window = 0;
  for (const promql::Expr* range : shape_of(*subject.conclusions.query).windows)
    if (!range->window.placeholder)
      window = std::max(window, static_cast<double>(range->window.milliseconds) / 1000);
  if (window <= *metric.interval * context.config.thresholds.intervals_per_window) return;
  report(
      subject.object, *metric.node->find("interval"),
      fmt::format("metric `{}` looks back {} every {}: {:.0f} measurements in a row see the same "
                  "data",
                  metric.name, argo::show_duration(window), argo::show_duration(*metric.interval),
                  window / *metric.interval));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_window_longer_than_interval{
    .id = "analysis/window-longer-than-interval",
    .summary = "measurements that mostly see the same data",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "Each measurement looks back over the window of its query. When the window is many "
        "intervals long, consecutive measurements share most of their data, and count of them is "
        "not so much evidence.",
    .instead = "1. Make the interval about as long as the window.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
