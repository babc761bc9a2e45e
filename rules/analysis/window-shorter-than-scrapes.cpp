#include <fmt/format.h>

#include <cstdint>

#include "core/condition_rules.h"
#include "promql/shape.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext& context, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (!subject.conclusions.query || metric.dry_run) return;
  const Thresholds& thresholds = context.config.thresholds;
  const std::int64_t least =
      std::int64_t{thresholds.scrape_interval} * thresholds.scrapes_per_window;
  for (const promql::Expr* call : shape_of(*subject.conclusions.query).calls) {
    if (call->args.size() != 1 || (call->text != "rate" && call->text != "increase")) continue;
    const promql::Expr& range = bare(call->args[0]);
    if (range.kind != promql::Expr::Kind::range || range.window.placeholder) continue;
    if (range.window.milliseconds >= least * 1000) continue;
    report_part(
        report, subject.object, metric.query, range.window.span,
        fmt::format("metric `{}`: a window of {} holds too few samples for {}() when "
                    "Prometheus scrapes every {}s: at least {}s",
                    metric.name,
                    argo::show_duration(static_cast<double>(range.window.milliseconds) / 1000),
                    call->text, thresholds.scrape_interval, least));
    return;
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_window_shorter_than_scrapes{
    .id = "analysis/window-shorter-than-scrapes",
    .summary = "a rate over fewer samples than it needs",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "rate and increase need two samples inside their window. A window of few scrape intervals "
        "has one or none as soon as a scrape is late, and the query is empty.",
    .instead = "1. Use a window of at least four scrape intervals.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
