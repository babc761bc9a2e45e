#include <fmt/format.h>

#include <algorithm>

#include "core/condition_rules.h"
#include "promql/parse.h"

namespace backout {
namespace {

const expr::Node* first_only(const expr::Condition& condition) {
  if (!condition.tree) return nullptr;
  const expr::Tree& tree = *condition.tree;
  const expr::Node* found = nullptr;
  for (const expr::Node& node : tree.nodes) {
    if (node.kind == expr::Node::Kind::builtin && node.text != "first" && node.text != "get")
      return nullptr;  // all, any, len, max … look at the others
    const bool member = node.kind == expr::Node::Kind::member &&
                        tree[node.children[0]].text == "result" &&
                        tree[node.children[1]].kind == expr::Node::Kind::integer;
    if (!member) continue;
    if (tree[node.children[1]].integer != 0) return nullptr;
    if (!found) found = &node;
  }
  return found;
}

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Conclusions& of = subject.conclusions;
  if (!of.query || subject.metric.dry_run) return;
  const bool several = std::any_of(of.trials.begin(), of.trials.end(),
                                   [](const argo::Trial& trial) { return !trial.number; });
  const promql::Expr& root = bare(of.query->root);
  if (!several || root.type != promql::Type::vector) return;
  for (const bool failure : {false, true}) {
    const expr::Condition& condition = failure ? of.failure : of.success;
    const expr::Node* node = first_only(condition);
    if (!node || calls(condition, "len")) continue;
    report_part(report, subject.object, failure ? subject.metric.failure : subject.metric.success,
                node->span,
                fmt::format("metric `{}`: the query may return several series in any order, and "
                            "this condition judges the first alone",
                            subject.metric.name));
    return;
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_condition_first_series_only{
    .id = "analysis/condition-first-series-only",
    .summary = "a condition that judges one of several series",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "The query returns one number for each series, and their order is not specified. "
        "`result[0]` judges whichever comes first and ignores the others, so the broken pod may be "
        "the one nobody looks at.",
    .instead =
        "1. Aggregate in the query, `sum(…)` or `max(…)`, or judge all: `len(result) > 0 && "
        "all(result, {# < 0.05})`.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
