#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "argo/attached.h"
#include "argo/lookup.h"
#include "core/rule.h"
#include "expr/condition.h"
#include "promql/shape.h"

namespace backout {
namespace {

// Seconds before now, of `now()` and `now() - duration("15m")`; none: another expression.
std::optional<argo::Seconds> seconds_ago(std::string_view text) {
  const expr::Condition read = expr::read_condition(text, expr::Engine::expr_1_17);
  if (!read.tree || read.tree->nodes.empty()) return std::nullopt;
  const auto is_call = [&](const expr::Node& node, std::string_view name) {
    if (node.kind == expr::Node::Kind::builtin) return node.text == name;
    return node.kind == expr::Node::Kind::call && !node.children.empty() &&
           (*read.tree)[node.children[0]].text == name;
  };
  bool subtracts = false, now = false;
  std::optional<argo::Seconds> ago;
  for (const expr::Node& node : read.tree->nodes) {
    using Kind = expr::Node::Kind;
    if (is_call(node, "now"))
      now = true;
    else if (node.kind == Kind::binary && node.text == "-" && !subtracts)
      subtracts = true;
    else if (node.kind == Kind::text && !ago)
      ago = argo::parse_duration(node.text);
    else if (!is_call(node, "duration") && node.kind != Kind::name)
      return std::nullopt;
  }
  if (!now || subtracts != ago.has_value()) return std::nullopt;
  return ago.value_or(0);
}

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  const yaml::Node* const range = metric.node->find({"provider", "prometheus", "rangeQuery"});
  if (!range || metric.provider != argo::Provider::prometheus || metric.dry_run) return;
  const auto seconds = [&](const char* key) -> std::optional<argo::Seconds> {
    const yaml::Node* const node = range->find(key);
    if (!node) return std::nullopt;
    const argo::Text text = put_arguments(*node, subject.gate.gate.arguments);
    return text.known ? seconds_ago(text.value) : std::nullopt;
  };
  const auto start = seconds("start"), end = seconds("end");
  if (!start || !end) return;
  if (*start < *end) {
    report(subject.object, *range->find("start"),
           fmt::format("the range of metric `{}` starts {} before now, after its end {} before "
                       "now: every measurement is an Error",
                       metric.name, argo::show_duration(*start), argo::show_duration(*end)),
           {.at_most = Severity::error});
    return;
  }
  const auto step = argo::parse_duration(argo::text_at(*range, {"step"}));
  if (step && *step > *start - *end) {
    report(subject.object, *range->find("step"),
           fmt::format("the range of metric `{}` is {} long and its step {}: the result is one "
                       "sample, {} old",
                       metric.name, argo::show_duration(*start - *end), argo::show_duration(*step),
                       argo::show_duration(*start)),
           {.at_most = Severity::warning});
    return;
  }
  const auto before = warm_up(subject.gate);
  if (!before || !metric.known) return;
  argo::Seconds window = 0;
  if (subject.conclusions.query) {
    const promql::Shape shape = shape_of(*subject.conclusions.query);
    for (const promql::Expr* one : shape.windows)
      window = std::max(window, static_cast<argo::Seconds>(one->window.milliseconds) / 1000);
  }
  const argo::Seconds age = *before + metric.initial_delay;
  if (*start + window <= age) return;
  report(subject.object, *range->find("start"),
         fmt::format(
             "the range of metric `{}` begins {} before now{}, when the canary of `{}` has "
             "had traffic for {}",
             metric.name, argo::show_duration(*start),
             window > 0 ? fmt::format(" and looks back {} more", argo::show_duration(window)) : "",
             subject.gate.rollout->rollout.name, argo::show_duration(age)),
         {.at_most = Severity::warning});
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_range_query_window{
    .id = "analysis/range-query-window",
    .summary = "a range query over another time than the canary's",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A range query gives every sample between start and end to the condition. What lies before "
        "the canary had traffic is the old version's, a step longer than the range leaves one "
        "sample, and a range that ends before it starts is refused by Prometheus.",
    .instead =
        "1. Write `start: now() - duration(\"5m\")`, `end: now()` and a step of a minute or less.\n"
        "2. Set initialDelay, or a pause, to the length of the range.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/analysis/prometheus/",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
