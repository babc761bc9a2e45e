#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "argo/subject.h"
#include "core/rule.h"
#include "promql/selectors.h"

namespace backout {
namespace {

using argo::Situation;
using expr::Phase;

// `absent(…)`: that nothing is there is what the query asks for.
bool asks_for_absence(const promql::Query& query) {
  bool found = false;
  walk(query.root, [&](const promql::Expr& expr) {
    found = found || (expr.kind == promql::Expr::Kind::call &&
                      (expr.text == "absent" || expr.text == "absent_over_time"));
  });
  return found;
}

// A number of failures: 0 is what a healthy canary gives.
bool counts_failures(const promql::Query& query) {
  bool only_failures = true, any = false, divides = false;
  for (const auto& [expr, series] : promql::series_of(query.root)) {
    any = true;
    only_failures = only_failures && (series.events || series.only_bad());
  }
  walk(query.root, [&](const promql::Expr& expr) {
    divides = divides || (expr.kind == promql::Expr::Kind::binary && expr.op == promql::Op::divide);
  });
  return any && only_failures && !divides;
}

// Whether a metric stops the rollout, or has a person look, when nothing was measured.
bool stops(const argo::MetricSubject& other, Situation::Kind kind) {
  const argo::Metric& metric = other.metric;
  if (metric.dry_run || !other.conclusions.unknown.empty()) return false;
  for (const Situation& situation : other.conclusions.situations) {
    if (situation.kind != kind) continue;
    if (situation.witnesses.empty() || situation.can(Phase::successful)) return false;
    const bool fails = earliest_failed(metric).has_value();
    const bool pauses = metric.count == 0 || metric.inconclusive_limit < metric.count;
    return (situation.can(Phase::failed) && fails) || situation.always(Phase::error) ||
           (situation.can(Phase::inconclusive) && pauses);
  }
  return false;
}

// The conditions that would not pass: the same ones behind a guard. None when no guard helps, as
// the query itself answers with a number that passes.
std::optional<std::string> guarded(const argo::MetricSubject& subject) {
  const argo::Metric& metric = subject.metric;
  argo::Metric better = metric;
  const std::string guard = "len(result) > 0 && !isNaN(result[0]) && ";
  if (metric.success.given())
    better.success.value = fmt::format("{}({})", guard, metric.success.value);
  else
    better.success.value = fmt::format("{}!({})", guard, metric.failure.value);
  better.success.node = metric.node;
  better.failure = {};
  const argo::Conclusions then =
      conclude(better, subject.conclusions.success.engine, subject.conclusions.empty_as_zero);
  const bool still =
      std::any_of(then.situations.begin(), then.situations.end(), [](const Situation& situation) {
        return without_samples(situation.kind) && situation.can(Phase::successful);
      });
  const bool works =
      std::any_of(then.situations.begin(), then.situations.end(), [](const Situation& situation) {
        return situation.kind == Situation::Kind::traffic && situation.can(Phase::successful);
      });
  if (still || !works) return std::nullopt;
  return better.success.value;
}

std::string advice(const argo::MetricSubject& subject) {
  if (subject.metric.provider != argo::Provider::prometheus)
    return "make a missing value fail or be inconclusive: test for it before comparing";
  if (const auto condition = guarded(subject))
    return fmt::format("this does not pass: successCondition: '{}'", *condition);
  if (subject.conclusions.empty_as_zero)
    return "`argo.empty_as_zero` is set, so an empty result counts as 0, too: no guard in the "
           "condition helps; add a metric that fails on too few requests";
  return "the query answers with a number although there is none: let it be empty (`or vector(0)` "
         "around the failing requests alone, `> 0` behind the total), then test for it: "
         "successCondition: 'len(result) > 0 && …'";
}

const yaml::Node& anchor(const argo::Metric& metric) {
  if (metric.success.given()) return *metric.success.node;
  if (metric.failure.given()) return *metric.failure.node;
  return *metric.node;
}

std::string effect(Situation::Kind kind) {
  return kind == Situation::Kind::all_failing ? "a canary whose every request fails is promoted"
                                              : "a canary that nobody has used is promoted";
}

void check(const argo::MetricSubject& subject, const ManifestContext&, Report& report) {
  const argo::Metric& metric = subject.metric;
  const argo::Conclusions& conclusions = subject.conclusions;
  if (metric.dry_run || (!metric.success.given() && !metric.failure.given())) return;
  if (!metric.success.known || !metric.failure.known) return;
  if (conclusions.query && asks_for_absence(*conclusions.query)) return;
  const bool counts = conclusions.query && counts_failures(*conclusions.query);

  const auto stopped_by_another = [&](Situation::Kind kind) {
    return std::any_of(
        subject.siblings.begin(), subject.siblings.end(),
        [&](const argo::MetricSubject* other) { return other != &subject && stops(*other, kind); });
  };
  std::vector<Note> notes;
  const Situation* worst = nullptr;
  bool only_zero = true;
  for (const Situation& situation : conclusions.situations) {
    const bool nothing_good =
        situation.kind == Situation::Kind::all_failing && situation.lacks_series;
    if (!without_samples(situation.kind) && !nothing_good) continue;
    const argo::Witness* witness = situation.first(Phase::successful);
    if (!witness || stopped_by_another(situation.kind)) continue;
    if (!worst) worst = &situation;
    only_zero = only_zero && counts && witness->value == "[0]";
    notes.push_back(
        {std::nullopt, fmt::format("{}: {} gives Successful", situation.words, witness->value)});
  }
  if (!worst) return;
  ReportOptions options;
  if (only_zero) options.at_most = Severity::warning;
  notes.push_back({std::nullopt, advice(subject)});
  options.notes = std::move(notes);
  report(subject.object, anchor(metric),
         fmt::format("metric `{}` passes without samples: {} ({} gives Successful), so {}",
                     metric.name, worst->words, worst->first(Phase::successful)->value,
                     effect(worst->kind)),
         std::move(options));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_passes_without_samples{
    .id = "analysis/passes-without-samples",
    .summary = "a metric passes although nothing was measured",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "An analysis that passes on nothing proves nothing. Prometheus answers with no series when "
        "a name is misspelt or nothing has been scraped, and with NaN when 0 is divided by 0; "
        "whether that is Successful, Failed, Inconclusive or an Error follows from the conditions "
        "alone. A failureCondition without a successCondition passes on NaN, as NaN compares false "
        "with everything; `len(result) == 0 || …` passes on a missing metric; `or vector(1)` "
        "answers for a service that only fails.",
    .instead =
        "1. Make the query empty when there is nothing: `(errors or vector(0)) / (all > 0)`.\n2. "
        "Guard the condition: `len(result) > 0 && result[0] <= 0.05`, and set inconclusiveLimit "
        "where a person should look.\n3. Add a metric that fails on too few requests: "
        "`sum(increase(requests[5m])) >= 100`.",
    .references = "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
