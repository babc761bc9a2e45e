#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "argo/lookup.h"
#include "core/rule.h"

namespace backout {
namespace {

std::optional<argo::Seconds> duration_of(const argo::RolloutSubject& subject,
                                         const argo::Gate& gate) {
  if (subject.object.kind != argo::ObjectKind::experiment)
    return gate.step < subject.rollout.steps.size() ? subject.rollout.steps[gate.step].duration
                                                    : std::nullopt;
  return argo::parse_duration(argo::text_at(*subject.object.node, {"spec", "duration"}));
}

bool any_required(const argo::RolloutSubject& subject, const argo::Gate& gate) {
  return std::any_of(subject.gates.begin(), subject.gates.end(), [&](const argo::Gate& other) {
    return other.kind == argo::Gate::Kind::experiment && other.step == gate.step && other.required;
  });
}

void check(const argo::RolloutSubject& subject, const ManifestContext&, Report& report) {
  for (const argo::Gate& gate : subject.gates) {
    if (gate.kind != argo::Gate::Kind::experiment || any_required(subject, gate)) continue;
    const auto duration = duration_of(subject, gate);
    if (!duration) continue;
    for (const argo::Metric& metric : gate.metrics) {
      const auto life = argo::shortest_life(metric);
      if (!metric.known || metric.dry_run || !life || *life <= *duration) continue;
      report(subject.object, argo::place_of(*gate.node, {"templateName"}),
             fmt::format("the experiment succeeds after {}, metric `{}` needs {} ({} + {} × {}): "
                         "its analysis is cut off and counts as passed",
                         argo::show_duration(*duration), metric.name, argo::show_duration(*life),
                         argo::show_duration(metric.initial_delay), metric.count - 1,
                         argo::show_duration(metric.interval.value_or(0))));
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_experiment_shorter_than_analysis{
    .id = "rollout/experiment-shorter-than-analysis",
    .summary = "an experiment ends before its analysis can",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "When its duration is over and none of its analyses is requiredForCompletion, the "
        "experiment is Successful: analyses that still run are terminated, which grades "
        "them Successful too. What would have failed later is never seen.",
    .instead =
        "1. Set `requiredForCompletion: true` on the analysis; the experiment then waits "
        "for it.\n"
        "2. Or make the duration longer than initialDelay + (count - 1) × interval.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/experiment/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
