#include <fmt/format.h>

#include "core/condition_rules.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  const auto& problem = subject.conclusions.query_problem;
  if (!problem || problem->kind == promql::Problem::Kind::limit) return;
  if (promql::parse(metric.query.value, {.version3 = true})) return;  // Prometheus 3 takes it
  report_part(report, subject.object, metric.query, problem->span,
              fmt::format("metric `{}`: Prometheus refuses the query{}: {}; the analysis ends as "
                          "Error after {} in a row",
                          metric.name, metric.query.verbatim ? "" : " with its arguments put in",
                          problem->message, metric.error_limit + 1));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_promql_syntax{
    .id = "analysis/promql-syntax",
    .summary = "a query that Prometheus refuses",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Prometheus answers a query that it cannot read with an error. Argo Rollouts learns of it "
        "when the analysis runs: each measurement is an Error, and five in a row abort the "
        "rollout.",
    .instead = "1. Correct the query at the place shown.\n2. Try it: `backout query QUERY`.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
