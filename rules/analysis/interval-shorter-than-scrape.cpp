#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext& context, Report& report) {
  const argo::Metric& metric = subject.metric;
  const int scrape = context.config.thresholds.scrape_interval;
  if (metric.provider != argo::Provider::prometheus || !metric.known || !metric.interval) return;
  if (*metric.interval >= scrape || *metric.interval <= 0) return;
  report(subject.object, *metric.node->find("interval"),
         fmt::format("metric `{}` is measured every {}, but Prometheus has a new sample every {}s "
                     "only (`thresholds: {{scrape_interval: …}}` if not)",
                     metric.name, argo::show_duration(*metric.interval), scrape));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_interval_shorter_than_scrape{
    .id = "analysis/interval-shorter-than-scrape",
    .summary = "measurements more often than there are samples",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "Prometheus has a new sample once a scrape. Measuring more often asks for the same numbers "
        "again: count and failureLimit then count one sample several times.",
    .instead = "1. Set the interval to the scrape interval or longer.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
