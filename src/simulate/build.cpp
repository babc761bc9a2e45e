#include "simulate/build.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "argo/detection.h"
#include "expr/condition.h"
#include "promql/counted.h"

namespace backout::simulate {
namespace {

using argo::Outcome;

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
std::int64_t requests_at(const argo::Timeline& line, double window, argo::Seconds end,
                         double rate) {
  const double begin = std::max(0.0, end - window);
  return std::llround(rate * (exposure(line, end) - exposure(line, begin)));
}

// What one metric measures in this rollout, ready to be asked for any error rate.
struct Gauge {
  std::vector<std::int64_t> requests;                     // by measurement
  std::map<std::int64_t, argo::OutcomeByCount> outcomes;  // by how many requests it looks at
  argo::Limits limits;

  [[nodiscard]] double passes(double error_rate) const {
    std::map<std::int64_t, argo::Chances> known;
    for (const auto& [count, each] : outcomes)
      known.emplace(count, measurement_chances(each, error_rate));
    std::vector<argo::Chances> chances;
    chances.reserve(requests.size());
    for (const std::int64_t count : requests) chances.push_back(known.at(count));
    return run_chances(chances, limits).passes;
  }
};

// Points of a curve from a release without failures to one that is certainly caught.
std::vector<RatePoint> curve(const std::function<double(double)>& passes,
                             std::optional<double> smallest) {
  constexpr int points = 40;
  const double last = std::min(1.0, smallest.value_or(1.0) * 1.5);
  std::vector<RatePoint> out;
  for (int i = 0; i <= points; ++i) {
    const double rate = last * i / points;
    out.push_back({rate, passes(rate)});
  }
  return out;
}

constexpr std::size_t most_measurements = 2'000;

std::optional<Gauge> gauge_of(const argo::MetricSubject& subject, const argo::Stop& stop,
                              const argo::Timeline& line, double rate, std::string& why_not) {
  const argo::Metric& metric = subject.metric;
  if (metric.dry_run)
    why_not = "a dry run stops nothing";
  else if (!subject.conclusions.unknown.empty())
    why_not = subject.conclusions.unknown;
  else if (!subject.conclusions.query)
    why_not = "only queries of Prometheus are computed";
  else if (stop.measurements == 0)
    why_not = "it is never measured";
  else if (stop.measurements > most_measurements)
    why_not = "it is measured too often to compute";
  if (!why_not.empty()) return std::nullopt;
  const promql::Counting counting = promql::countable(*subject.conclusions.query);
  if (!counting.countable) {
    why_not = counting.why_not;
    return std::nullopt;
  }
  const promql::Countable countable = *counting.countable;
  Gauge out;
  for (std::size_t i = 0; i < stop.measurements; ++i) {
    const argo::Seconds end =
        stop.begin + metric.initial_delay + static_cast<double>(i) * metric.interval.value_or(0);
    out.requests.push_back(requests_at(line, countable.window, end, rate));
  }
  const argo::Conclude conclude = [countable, &subject](std::int64_t failing,
                                                        std::int64_t requests) {
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
  for (const std::int64_t count : out.requests)
    if (!out.outcomes.contains(count))
      out.outcomes.emplace(count, argo::OutcomeByCount(count, conclude));
  out.limits = {metric.failure_limit, metric.inconclusive_limit, metric.success_limit,
                metric.count > 0};
  return out;
}

const argo::MetricSubject* find_subject(const argo::Subjects& subjects,
                                        const argo::Metric& metric) {
  const auto found = std::find_if(subjects.metrics.begin(), subjects.metrics.end(),
                                  [&](const auto& one) { return &one.metric == &metric; });
  return found == subjects.metrics.end() ? nullptr : &*found;
}

void add_sights(const argo::RolloutSubject& rollout, const argo::Subjects& subjects, double rate,
                Simulation& out) {
  std::vector<Gauge> gauges;
  for (const argo::Stop& stop : out.line.stops) {
    const argo::MetricSubject* const subject =
        find_subject(subjects, rollout.gates[stop.gate].metrics[stop.metric]);
    Sight sight;
    sight.gate = stop.gate;
    sight.metric = stop.metric;
    std::optional<Gauge> gauge;
    if (subject) gauge = gauge_of(*subject, stop, out.line, rate, sight.unknown);
    if (gauge) {
      sight.requests = gauge->requests;
      const auto passes = [&](double error_rate) { return gauge->passes(error_rate); };
      sight.smallest = argo::smallest_caught(passes);
      sight.curve = curve(passes, sight.smallest);
      gauges.push_back(std::move(*gauge));
    }
    out.sights.push_back(std::move(sight));
  }
  if (gauges.empty()) return;
  const auto all = [&](double error_rate) {
    double passes = 1;
    for (const Gauge& gauge : gauges) passes *= gauge.passes(error_rate);
    return passes;
  };
  out.smallest = argo::smallest_caught(all);
  out.whole = curve(all, out.smallest);
}

}  // namespace

Simulation simulation(const argo::RolloutSubject& subject, const argo::Subjects& subjects,
                      const argo::TimelineOptions& options,
                      std::optional<double> requests_per_second) {
  Simulation out;
  out.rollout = subject.rollout;
  out.gates = subject.gates;
  out.options = options;
  out.line = timeline(out.rollout, out.gates, options);
  out.requests_per_second = requests_per_second;
  if (requests_per_second && out.rollout.canary)
    add_sights(subject, subjects, *requests_per_second, out);
  return out;
}

}  // namespace backout::simulate
