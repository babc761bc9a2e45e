#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "core/condition_rules.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  const argo::Conclusions& of = subject.conclusions;
  using argo::Provider;
  if (metric.provider != Provider::prometheus && metric.provider != Provider::graphite &&
      metric.provider != Provider::wavefront && metric.provider != Provider::cloud_watch)
    return;
  if (!metric.success.known || !metric.failure.known) return;
  for (const bool failure : {false, true}) {
    const expr::Condition& condition = failure ? of.failure : of.success;
    if (!condition.tree || calls(condition, "len")) continue;
    const bool never = std::any_of(of.futile.begin(), of.futile.end(), [&](const auto& one) {
      return one.of_failure_condition == failure && is_missing_element(one.problem);
    });
    if (!never && metric.provider != Provider::prometheus) continue;
    for (const expr::Node& node : condition.tree->nodes) {
      const expr::Tree& tree = *condition.tree;
      if (node.kind != expr::Node::Kind::member || tree[node.children[0]].text != "result")
        continue;
      const expr::Node& index = tree[node.children[1]];
      if (index.kind != expr::Node::Kind::integer || index.integer < 1) continue;
      report_part(
          report, subject.object, failure ? metric.failure : metric.success, node.span,
          never ? fmt::format(
                      "metric `{}`: the query gives {}, so this is always an Error", metric.name,
                      metric.provider == Provider::cloud_watch ? "fewer results" : "one number")
                : fmt::format("metric `{}`: an Error while there are not more than {} series",
                              metric.name, index.integer),
          {.at_most = never ? Severity::error : Severity::warning});
      return;
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_index_out_of_range{
    .id = "analysis/index-out-of-range",
    .summary = "a condition that asks for a series that may not be there",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "An index beyond the answer is an Error, not a missing value. A query that gives one "
        "number has no `result[1]`; a query over several series has it only while that many exist.",
    .instead = "1. Use `result[0]`, or guard the index: `len(result) > 1 && …`.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
