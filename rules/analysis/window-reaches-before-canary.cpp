#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "argo/attached.h"
#include "core/condition_rules.h"
#include "promql/shape.h"

namespace backout {
namespace {

// Whether the query names the canary: by a word or by an argument, of which nobody knows.
bool is_restricted(const promql::Expr& selector) {
  for (const promql::Matcher& matcher : selector.selector.matchers) {
    if (matcher.opaque || matcher.value.placeholder) return true;
    for (const char* word : {"canary", "preview", "hash"})
      if (matcher.value.text.find(word) != std::string::npos ||
          matcher.label.text.find(word) != std::string::npos)
        return true;
  }
  return false;
}

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  const auto before = warm_up(subject.gate);
  if (!subject.conclusions.query || !before || metric.dry_run || !metric.known) return;
  // arguments that were put in may well name the canary
  if (!metric.query.verbatim) return;
  const promql::Shape shape = shape_of(*subject.conclusions.query);
  if (std::any_of(shape.selectors.begin(), shape.selectors.end(),
                  [](const promql::Expr* one) { return is_restricted(*one); }))
    return;
  const promql::Expr* longest = nullptr;
  for (const promql::Expr* range : shape.windows)
    if (!longest || range->window.milliseconds > longest->window.milliseconds) longest = range;
  if (!longest || longest->window.placeholder) return;
  const double window = static_cast<double>(longest->window.milliseconds) / 1000;
  const argo::Seconds age = *before + metric.initial_delay;
  if (window <= age) return;
  report_part(
      report, subject.object, metric.query, longest->window.span,
      fmt::format("metric `{}` looks back {} when the canary of `{}` has had traffic for {} "
                  "({} before {} + initialDelay {})",
                  metric.name, argo::show_duration(window), subject.gate.rollout->rollout.name,
                  argo::show_duration(age), argo::show_duration(*before),
                  argo::words(subject.gate.gate), argo::show_duration(metric.initial_delay)));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_window_reaches_before_canary{
    .id = "analysis/window-reaches-before-canary",
    .summary = "a query that looks back to before the canary had traffic",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A measurement looks back over the window of its query. Where the canary has had traffic "
        "for a shorter time, and the query covers more than the canary, the old version's good "
        "numbers are what it sees.",
    .instead =
        "1. Pause for as long as the window before the analysis, or set initialDelay.\n2. Restrict "
        "the query to the pods of the canary.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
