#include <fmt/format.h>

#include "core/condition_rules.h"

namespace backout {
namespace {

bool is_nil_test(const expr::Tree& tree, const expr::Node& node) {
  if (node.kind == expr::Node::Kind::call) return tree[node.children[0]].text == "isNil";
  if (node.kind != expr::Node::Kind::binary || (node.text != "==" && node.text != "!="))
    return false;
  const expr::Node &left = tree[node.children[0]], &right = tree[node.children[1]];
  const auto is_result = [](const expr::Node& side) {
    return side.kind == expr::Node::Kind::name && side.text == "result";
  };
  return (is_result(left) && right.kind == expr::Node::Kind::nil) ||
         (is_result(right) && left.kind == expr::Node::Kind::nil);
}

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Conclusions& of = subject.conclusions;
  if (!of.futile.empty() || !subject.metric.success.known || !subject.metric.failure.known) return;
  for (const argo::Situation& situation : of.situations) {
    if (situation.kind != argo::Situation::Kind::no_data) continue;
    for (const argo::Witness& witness : situation.witnesses) {
      if (witness.phase != expr::Phase::error ||
          (witness.value != "[]" && witness.value != "<nil>"))
        continue;
      for (const bool failure : {false, true}) {
        const expr::Condition& condition = failure ? of.failure : of.success;
        if (!condition.tree) continue;
        for (const expr::Node& node : condition.tree->nodes) {
          if (!is_nil_test(*condition.tree, node)) continue;
          report_part(
              report, subject.object, failure ? subject.metric.failure : subject.metric.success,
              node.span,
              fmt::format("metric `{}`: this guard does not help: {} gives Error ({})",
                          subject.metric.name,
                          witness.value == "[]" ? "an empty answer `[]`, which is not nil," : "nil",
                          witness.error));
          return;
        }
      }
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_nil_guard_ineffective{
    .id = "analysis/nil-guard-ineffective",
    .summary = "a guard against nil that does not help",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The condition is typed from the answer before anything is evaluated: for nil, `result < "
        "5` is refused as a whole, and the `result == nil ||` before it never gets its turn. An "
        "empty answer of Prometheus is an empty list and not nil, so there the guard is false and "
        "the index an Error.",
    .instead =
        "1. Datadog: `default(result, 100) < 5` with a value that fails, or `(result ?? 100) < "
        "5`.\n2. Prometheus: `len(result) > 0 && result[0] < 5`.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
