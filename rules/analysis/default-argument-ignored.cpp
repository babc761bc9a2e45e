#include <fmt/format.h>

#include <string>

#include "core/condition_rules.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  for (const bool failure : {false, true}) {
    const argo::Text& text = failure ? subject.metric.failure : subject.metric.success;
    const expr::Condition& condition =
        failure ? subject.conclusions.failure : subject.conclusions.success;
    if (!text.known || !condition.tree) continue;
    const expr::Tree& tree = *condition.tree;
    for (const expr::Node& node : tree.nodes) {
      if (node.kind != expr::Node::Kind::call || node.children.size() < 2) continue;
      const std::string& name = tree[node.children[0]].text;
      const expr::Node& argument = tree[node.children[1]];
      if (name != "default" && name != "isNil") continue;
      if (argument.kind == expr::Node::Kind::name && argument.text == "result") continue;
      report_part(report, subject.object, text, argument.span,
                  fmt::format("metric `{}`: `{}` ignores this argument and looks at the whole "
                              "`result`",
                              subject.metric.name, name));
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_default_argument_ignored{
    .id = "analysis/default-argument-ignored",
    .summary = "`default` and `isNil` look at the whole result only",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "The functions default(x, d) and isNil(x) of Argo Rollouts ignore their first argument and "
        "look at the whole result: `default(result[0], 0)` is the list itself, and an index that "
        "is out of range stays an Error; `isNil(result.field)` is false for every object.",
    .instead =
        "1. Write `(result.field ?? 0)` for a field, and `len(result) > 0 && …` before an index.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
