#include <fmt/format.h>

#include "core/condition_rules.h"

namespace backout {
namespace {

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  using argo::Provider;
  const Provider provider = subject.metric.provider;
  if (provider != Provider::new_relic && provider != Provider::graphite) return;
  for (const bool failure : {false, true}) {
    const argo::Text& text = failure ? subject.metric.failure : subject.metric.success;
    const expr::Condition& condition =
        failure ? subject.conclusions.failure : subject.conclusions.success;
    if (!text.known || !condition.tree) continue;
    const expr::Tree& tree = *condition.tree;
    for (const expr::Node& node : tree.nodes) {
      if (node.kind != expr::Node::Kind::binary || node.text != "==") continue;
      const expr::Node &left = tree[node.children[0]], &right = tree[node.children[1]];
      const bool counts = left.kind == expr::Node::Kind::builtin && left.text == "len" &&
                          !left.children.empty() && tree[left.children[0]].text == "result";
      if (!counts || right.kind != expr::Node::Kind::integer || right.integer != 0) continue;
      report_part(report, subject.object, text, node.span,
                  fmt::format("metric `{}`: {} without data is an Error before this is asked",
                              subject.metric.name, to_string(provider)));
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_dead_guard{
    .id = "analysis/dead-guard",
    .summary = "a guard against an answer that never comes",
    .letters = "-",
    .severity = Severity::note,
    .why =
        "New Relic without rows, and Graphite without a target or points, are an Error before the "
        "condition is evaluated. `len(result) == 0` guards nothing there.",
    .instead = "1. Drop the guard; set consecutiveErrorLimit for answers without data.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
