#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "argo/lookup.h"
#include "core/rule.h"
#include "promql/shape.h"

namespace backout {
namespace {

using Kind = argo::Step::Kind;

// Seconds that the query looks back.
argo::Seconds window_of(const argo::Metric& metric) {
  if (metric.provider != argo::Provider::prometheus || !metric.query.given()) return 0;
  const auto query = promql::parse(metric.query.value);
  if (!query) return 0;
  std::int64_t longest = 0;
  const promql::Shape shape = shape_of(*query);
  for (const promql::Expr* expr : shape.windows)
    if (!expr->window.placeholder) longest = std::max(longest, expr->window.milliseconds);
  return static_cast<argo::Seconds>(longest) / 1000;
}

bool suspect_unit(const argo::Step& step) {
  const yaml::Node* const node = step.node->find({"pause", "duration"});
  return node && *step.duration <= 10 &&
         node->text.find_first_not_of("0123456789") == std::string_view::npos;
}

struct Need {
  argo::Seconds time = 0;
  std::string because;
};

void take(Need& need, argo::Seconds time, std::string because) {
  if (time > need.time) need = {time, std::move(because)};
}

// What the analyses at work during or right after the step ask of it; nothing: there are none.
Need need_of(const argo::RolloutSubject& subject, std::size_t step, argo::Seconds least) {
  Need need;
  for (const argo::Gate& gate : subject.gates) {
    const bool background = gate.kind == argo::Gate::Kind::background && gate.step <= step;
    const bool next = gate.kind == argo::Gate::Kind::step && gate.step == step + 1;
    if (!background && !next) continue;
    take(need, least, fmt::format("{} is the least", argo::show_duration(least)));
    for (const argo::Metric& metric : gate.metrics) {
      if (!metric.known || metric.dry_run) continue;
      if (background)
        take(need, metric.interval.value_or(0),
             fmt::format("metric `{}` is measured every {}", metric.name,
                         argo::show_duration(metric.interval.value_or(0))));
      const argo::Seconds window = window_of(metric);
      take(need, next ? window - metric.initial_delay : window,
           fmt::format("metric `{}` looks back over {}", metric.name, argo::show_duration(window)));
    }
  }
  return need;
}

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  if (!canary_of(subject)) return;
  const std::vector<argo::Step>& steps = subject.rollout.steps;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const argo::Step& step = steps[i];
    if (step.kind != Kind::pause || !step.duration || *step.duration <= 0) continue;
    if (subject.line.stretches[i].weight <= 0) continue;
    if (i > 0 && steps[i - 1].kind == Kind::analysis) continue;  // the weight has been judged
    if (suspect_unit(step)) continue;                            // pause-unit-suspect
    const Need need = need_of(subject, i, context.config.thresholds.shortest_pause);
    if (*step.duration >= need.time) continue;
    report(subject.object, argo::place_of(*step.node, {"pause", "duration"}),
           fmt::format("{} at weight {} is too short to judge it: {}",
                       argo::show_duration(*step.duration), subject.line.stretches[i].weight,
                       need.because));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule rollout_pause_too_short{
    .id = "rollout/pause-too-short",
    .summary = "a pause too short for the metrics to see the weight",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A metric that looks back over a window sees the old weight until the window has "
        "passed, and one that is measured each interval may not be measured at all. A "
        "pause shorter than that says nothing about its weight.",
    .instead =
        "1. Make the pause as long as the query's window or the interval, whichever is "
        "longer, and a minute at least.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
