#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "core/condition_rules.h"

namespace backout {
namespace {

expr::Engine other_than(expr::Engine engine) {
  return modern(engine) ? expr::Engine::expr_1_15 : expr::Engine::expr_1_17;
}
std::string_view releases(expr::Engine engine) {
  return modern(engine) ? "Argo Rollouts 1.10" : "Argo Rollouts up to 1.9";
}

bool counts(const expr::Measurement& measured) {
  return !measured.problem || measured.problem->stage != expr::Stage::limit;
}

// The first answer on which the two disagree.
std::string difference(const argo::Conclusions& here, const argo::Conclusions& there) {
  for (std::size_t i = 0; i < std::min(here.trials.size(), there.trials.size()); ++i) {
    const argo::Trial &a = here.trials[i], &b = there.trials[i];
    if (a.measured.phase != b.measured.phase && counts(a.measured) && counts(b.measured))
      return fmt::format("`{}` is {} with the former and {} with the latter", a.value,
                         to_string(a.measured.phase), to_string(b.measured.phase));
  }
  for (std::size_t i = 0; i < std::min(here.situations.size(), there.situations.size()); ++i) {
    const auto &mine = here.situations[i].witnesses, &its = there.situations[i].witnesses;
    for (std::size_t j = 0; j < std::min(mine.size(), its.size()); ++j)
      if (mine[j].phase != its[j].phase)
        return fmt::format("`{}` is {} with the former and {} with the latter", mine[j].value,
                           to_string(mine[j].phase), to_string(its[j].phase));
  }
  return {};
}

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  const argo::Conclusions& here = subject.conclusions;
  const expr::Engine engine = here.success.engine, other = other_than(engine);
  bool reported = false;
  const auto report_one = [&](const argo::Futility& one, expr::Engine broken, Severity level) {
    const argo::Text& text = one.of_failure_condition ? metric.failure : metric.success;
    report_part(report, subject.object, text, one.problem.span,
                fmt::format("the {} of metric `{}` works with {}, but with {} it is always an "
                            "Error: {}",
                            key_of(one.of_failure_condition), metric.name,
                            releases(other_than(broken)), releases(broken), one.problem.message),
                {.at_most = level});
    reported = true;
  };
  for (const argo::Futility& one : here.futile)
    if (one.only_here) report_one(one, engine, Severity::error);
  if (!here.futile.empty() || (!metric.success.given() && !metric.failure.given())) return;
  const argo::Conclusions there = conclude(metric, other, subject.conclusions.empty_as_zero);
  for (const argo::Futility& one : there.futile)
    if (one.only_here) report_one(one, other, Severity::warning);
  if (reported) return;
  const std::string witness = difference(here, there);
  if (witness.empty()) return;
  report(subject.object, metric.success.given() ? *metric.success.node : *metric.failure.node,
         fmt::format("metric `{}` is judged differently by {} and {}: {}", metric.name,
                     releases(engine), releases(other), witness),
         {.at_most = Severity::warning});
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_condition_engine_skew{
    .id = "analysis/condition-engine-skew",
    .summary = "a condition that the releases of Argo Rollouts read differently",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "Argo Rollouts 1.7 to 1.9 carry version 1.15 of the expression language, 1.10 carries "
        "1.17. max and min of a list, `if`/`else`, chained comparisons, uniq, reverse and the "
        "equality of lists work with one of them alone, so upgrading the controller, or going "
        "back, breaks a gate that nobody touched.",
    .instead =
        "1. Use what both know: `all(result, {# < 5})` for `max(result) < 5`, `len(result) == 0` "
        "for `result == []`.\n2. Try it with both: `backout condition --rollouts 1.9` and "
        "`--rollouts 1.10`.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
