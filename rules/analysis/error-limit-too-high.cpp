#include <fmt/format.h>

#include <algorithm>

#include "argo/attached.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext& context, Report& report) {
  const argo::Metric& metric = subject.metric;
  using argo::Provider;
  if (!metric.known || metric.dry_run || metric.error_limit < 0) return;
  if (metric.provider == Provider::job || metric.provider == Provider::plugin) return;
  const yaml::Node* limit = metric.node->find("consecutiveErrorLimit");
  const auto room = background_room(subject);
  const bool swallowed =
      std::any_of(subject.conclusions.situations.begin(), subject.conclusions.situations.end(),
                  [](const argo::Situation& situation) {
                    return situation.kind == argo::Situation::Kind::no_data &&
                           situation.always(expr::Phase::error);
                  });
  if (limit && metric.error_limit > context.config.thresholds.error_limit) {
    report(subject.object, *limit,
           fmt::format(
               "metric `{}` survives {} errors in a row: {} without a measurement before the "
               "rollout is aborted",
               metric.name, metric.error_limit, argo::show_duration(metric.error_limit * 10.0)));
  } else if (room && !room->stop->errors && !swallowed && metric.initial_delay < room->length) {
    report(
        subject.object, limit ? *limit : *metric.node,
        fmt::format(
            "metric `{}`: with a metrics backend that does not answer, rollout `{}` passes: "
            "an Error takes {} (initialDelay {} + {} × 10s), and the steps may be over "
            "after {}",
            metric.name, subject.gate.rollout->rollout.name,
            argo::show_duration(earliest_error(metric)), argo::show_duration(metric.initial_delay),
            metric.error_limit, argo::show_duration(room->length)));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_error_limit_too_high{
    .id = "analysis/error-limit-too-high",
    .summary = "a metric that survives many errors in a row",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A measurement that cannot be taken is repeated after 10 seconds, whatever interval says, "
        "until consecutiveErrorLimit is exceeded. Meanwhile the canary takes traffic that nobody "
        "measures; in the background the rollout may end first, and then passes.",
    .instead =
        "1. Leave consecutiveErrorLimit at its default of 4.\n2. Lengthen the steps beyond the "
        "errors that a background metric may survive.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
