#include <fmt/format.h>

#include "argo/subject.h"
#include "core/rule.h"
#include "promql/shape.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  if (metric.dry_run || !subject.conclusions.query || !metric.success.known ||
      !metric.failure.known)
    return;
  if (shape_of(*subject.conclusions.query).divisions.empty()) return;
  for (const argo::Situation& situation : subject.conclusions.situations) {
    if (situation.kind != argo::Situation::Kind::no_failures || !situation.lacks_series) continue;
    for (const argo::Witness& witness : situation.witnesses) {
      if (witness.value != "[]" ||
          (witness.phase != expr::Phase::error && witness.phase != expr::Phase::failed))
        continue;
      report(
          subject.object, *metric.query.node,
          fmt::format("metric `{}`: while no request has failed the query is empty, which is {}: a "
                      "healthy canary is aborted",
                      metric.name, witness.phase == expr::Phase::error ? "an Error" : "Failed"));
      return;
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_numerator_absent_empties_ratio{
    .id = "analysis/numerator-absent-empties-ratio",
    .summary = "a ratio that is empty as long as nothing has failed",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A series such as `code=~\"5..\"` exists only after the first such request. Until then the "
        "numerator is empty, and with it the whole division: a canary that works perfectly gives "
        "no answer, and is aborted for that.",
    .instead =
        "1. Add `or vector(0)` to the numerator: `(sum(rate(x{code=~\"5..\"}[5m])) or vector(0)) / "
        "sum(rate(x[5m]))`.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
