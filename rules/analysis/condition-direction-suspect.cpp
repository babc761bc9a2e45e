#include <fmt/format.h>

#include <optional>

#include "argo/quantity.h"
#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

using Good = argo::Quantity::Good;

// Whether growing numbers turn the verdict from success to something else, or the other way.
std::optional<Good> wanted(const argo::Conclusions& of) {
  const argo::Trial *low = nullptr, *high = nullptr;
  for (const argo::Trial& trial : of.trials) {
    if (!trial.number || trial.measured.phase == expr::Phase::error) continue;
    if (!low) low = &trial;
    high = &trial;
  }
  if (!low || low == high) return std::nullopt;
  const bool low_passes = low->measured.phase == expr::Phase::successful;
  const bool high_passes = high->measured.phase == expr::Phase::successful;
  if (low_passes == high_passes) return std::nullopt;
  return high_passes ? Good::high : Good::low;
}

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Conclusions& of = subject.conclusions;
  if (!of.query || subject.metric.dry_run) return;
  const Good good = argo::quantity_of(*of.query).good;
  const auto asked = wanted(of);
  if (good == Good::unknown || !asked || *asked == good) return;
  const yaml::Node& node =
      subject.metric.success.given() ? *subject.metric.success.node : *subject.metric.failure.node;
  report(
      subject.object, node,
      good == Good::high
          ? fmt::format("metric `{}` counts successes, but small values pass and large ones fail",
                        subject.metric.name)
          : fmt::format("metric `{}` counts errors or measures latency, but large values pass "
                        "and small ones fail",
                        subject.metric.name));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_condition_direction_suspect{
    .id = "analysis/condition-direction-suspect",
    .summary = "a condition that asks for the wrong direction",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "More successes are better, fewer errors and shorter latencies are. A successCondition "
        "that asks for few successes, or for many errors, passes what is broken and fails what "
        "works.",
    .instead =
        "1. Turn the comparison round, or rename the metric if the query means something else.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
