#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (metric.dry_run) return;
  for (const argo::Situation& situation : subject.conclusions.situations) {
    if (!without_samples(situation.kind)) continue;
    const argo::Witness* witness = situation.first(expr::Phase::inconclusive);
    if (!witness || situation.can(expr::Phase::successful)) continue;
    report(subject.object, *metric.success.node,
           fmt::format("metric `{}`: {} ({}) is Inconclusive: the rollout waits for a person",
                       metric.name, situation.words, witness->value));
    return;
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_zero_sample_inconclusive{
    .id = "analysis/zero-sample-inconclusive",
    .summary = "without samples a person is asked",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "A metric that is Inconclusive when nothing was measured pauses the rollout until a person "
        "looks. That is the safe outcome; it needs somebody who looks.",
    .instead = "1. Make sure that somebody is told of a paused rollout.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
