#include <fmt/format.h>

#include "argo/attached.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  const auto room = background_room(subject);
  if (!room || room->stop->errors || metric.dry_run || metric.initial_delay >= room->length) return;
  for (const argo::Situation& situation : subject.conclusions.situations) {
    if (situation.kind != argo::Situation::Kind::no_data || !situation.always(expr::Phase::error))
      continue;
    report(
        subject.object, *metric.node,
        fmt::format(
            "metric `{}` without data ({}: Error) does not stop rollout `{}`: that takes {} "
            "(initialDelay {} + {} × 10s), and the steps may be over after {}",
            metric.name, situation.words, subject.gate.rollout->rollout.name,
            argo::show_duration(earliest_error(metric)), argo::show_duration(metric.initial_delay),
            metric.error_limit, argo::show_duration(room->length)));
    return;
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_zero_sample_error_swallowed{
    .id = "analysis/zero-sample-error-swallowed",
    .summary = "errors for lack of data that the end of the rollout hides",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Without data every measurement is an Error, which aborts after consecutiveErrorLimit more "
        "of them, 10 seconds apart. The rollout does not wait for a background analysis: when the "
        "steps are over first, the run is ended and counts as Successful.",
    .instead =
        "1. Lengthen the steps, or lower consecutiveErrorLimit.\n2. Or put the analysis into a "
        "step, which waits for it.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
