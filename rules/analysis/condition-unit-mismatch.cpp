#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "argo/quantity.h"
#include "argo/subject.h"
#include "core/rule.h"

namespace backout {
namespace {

std::vector<double> thresholds(const expr::Condition& condition) {
  std::vector<double> out;
  if (!condition.tree) return out;
  const expr::Tree& tree = *condition.tree;
  for (const expr::Node& node : tree.nodes) {
    using Kind = expr::Node::Kind;
    if (node.kind != Kind::binary || (!node.text.starts_with('<') && !node.text.starts_with('>')))
      continue;
    const expr::Node *left = &tree[node.children[0]], *right = &tree[node.children[1]];
    // only plain comparisons: whoever calculates may change the unit
    if (left->kind == Kind::integer || left->kind == Kind::number) std::swap(left, right);
    const bool element = left->kind == Kind::pointer ||
                         (left->kind == Kind::name && left->text == "result") ||
                         (left->kind == Kind::member && tree[left->children[0]].text == "result");
    if (!element) continue;
    if (right->kind == Kind::integer) out.push_back(static_cast<double>(right->integer));
    if (right->kind == Kind::number) out.push_back(right->number);
  }
  return out;
}

std::string mismatch(const argo::Quantity& quantity, double threshold) {
  using Range = argo::Quantity::Range;
  using Unit = argo::Quantity::Unit;
  if (quantity.range == Range::fraction && threshold > 1)
    return "the query gives a share between 0 and 1";
  if (quantity.range == Range::percent && threshold > 0 && threshold < 1 &&
      (quantity.good == argo::Quantity::Good::high || threshold <= 0.01))
    return "the query gives percent, 0 to 100";
  if (quantity.unit == Unit::seconds && threshold >= 10) return "the query gives seconds";
  if (quantity.unit == Unit::milliseconds && threshold > 0 && threshold < 5)
    return "the query gives milliseconds";
  return {};
}

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Conclusions& of = subject.conclusions;
  if (!of.query || of.trials.empty() || subject.metric.dry_run) return;
  // What is always or never met is reported as that.
  const auto phase = of.trials.front().measured.phase;
  if (std::all_of(of.trials.begin(), of.trials.end(),
                  [&](const argo::Trial& trial) { return trial.measured.phase == phase; }))
    return;
  const argo::Quantity quantity = argo::quantity_of(*of.query);
  for (const bool failure : {false, true})
    for (const double threshold : thresholds(failure ? of.failure : of.success))
      if (const std::string words = mismatch(quantity, threshold); !words.empty()) {
        report(subject.object,
               failure ? *subject.metric.failure.node : *subject.metric.success.node,
               fmt::format("metric `{}` is compared with {:g}, but {}", subject.metric.name,
                           threshold, words));
        return;
      }
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_condition_unit_mismatch{
    .id = "analysis/condition-unit-mismatch",
    .summary = "a threshold in another unit than the query",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A division of requests by requests is between 0 and 1, and in percent only where the "
        "query says `* 100`. Histograms in seconds give seconds. A threshold in the other unit is "
        "met by all values or by almost none.",
    .instead =
        "1. Write the threshold in the unit of the query: 0.95 for a share, 95 for percent, 0.5 "
        "for half a second.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
