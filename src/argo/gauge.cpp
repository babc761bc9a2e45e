#include "argo/gauge.h"

#include <algorithm>
#include <cmath>

#include "expr/condition.h"

namespace backout::argo {
namespace {

constexpr std::size_t most_measurements = 2'000;

Outcome outcome_of(expr::Phase phase) {
  switch (phase) {
    case expr::Phase::successful:
      return Outcome::successful;
    case expr::Phase::failed:
      return Outcome::failed;
    case expr::Phase::inconclusive:
      return Outcome::inconclusive;
    case expr::Phase::error:
      break;
  }
  return Outcome::error;
}

// How many requests reach the canary in the window that ends when a measurement is taken.
std::int64_t requests_at(const Timeline& line, double window, Seconds end, double rate) {
  const double begin = std::max(0.0, end - window);
  return std::llround(rate * (exposure(line, end) - exposure(line, begin)));
}

std::string obstacle(const MetricSubject& subject, const Stop& stop) {
  if (subject.metric.dry_run) return "a dry run stops nothing";
  if (!subject.conclusions.unknown.empty()) return subject.conclusions.unknown;
  if (!subject.conclusions.query) return "only queries of Prometheus are computed";
  if (stop.measurements == 0) return "it is never measured";
  if (stop.measurements > most_measurements) return "it is measured too often to compute";
  return {};
}

}  // namespace

Conclude conclude_counts(const MetricSubject& subject, const promql::Countable& countable) {
  return [countable, &subject](std::int64_t failing, std::int64_t requests) {
    const auto value =
        counted(countable, static_cast<double>(failing), static_cast<double>(requests));
    std::vector<expr::Value> items;
    if (value) items.push_back(expr::number(*value));
    const expr::Value result = countable.scalar
                                   ? expr::number(value.value_or(std::nan("")))
                                   : expr::list(std::move(items), expr::Elements::number);
    return outcome_of(
        evaluate(subject.conclusions.success, subject.conclusions.failure, result).phase);
  };
}

double Gauge::passes(double error_rate) const {
  std::map<std::int64_t, Chances> known;
  for (const auto& [count, each] : outcomes)
    known.emplace(count, measurement_chances(each, error_rate));
  std::vector<Chances> chances;
  chances.reserve(requests.size());
  for (const std::int64_t count : requests) chances.push_back(known.at(count));
  return run_chances(chances, limits).passes;
}

Gauging gauge_of(const MetricSubject& subject, const Stop& stop, const Timeline& line,
                 double rate) {
  Gauging out;
  out.why_not = obstacle(subject, stop);
  if (!out.why_not.empty()) return out;
  const promql::Counting counting = promql::countable(*subject.conclusions.query);
  if (!counting.countable) {
    out.why_not = counting.why_not;
    return out;
  }
  const Metric& metric = subject.metric;
  Gauge& gauge = out.gauge.emplace();
  for (std::size_t i = 0; i < stop.measurements; ++i) {
    const Seconds end =
        stop.begin + metric.initial_delay + static_cast<double>(i) * metric.interval.value_or(0);
    gauge.requests.push_back(requests_at(line, counting.countable->window, end, rate));
  }
  const Conclude conclude = conclude_counts(subject, *counting.countable);
  for (const std::int64_t count : gauge.requests)
    if (!gauge.outcomes.contains(count))
      gauge.outcomes.emplace(count, OutcomeByCount(count, conclude));
  gauge.limits = {metric.failure_limit, metric.inconclusive_limit, metric.success_limit,
                  metric.count > 0};
  return out;
}

const MetricSubject* subject_of(const Stop& stop, const RolloutSubject& rollout,
                                const Subjects& subjects) {
  const Metric& metric = rollout.gates[stop.gate].metrics[stop.metric];
  const auto found = std::find_if(subjects.metrics.begin(), subjects.metrics.end(),
                                  [&](const auto& one) { return &one.metric == &metric; });
  return found == subjects.metrics.end() ? nullptr : &*found;
}

double passes_all(const std::vector<Gauge>& gauges, double error_rate) {
  double passes = 1;
  for (const Gauge& gauge : gauges) passes *= gauge.passes(error_rate);
  return passes;
}

}  // namespace backout::argo
