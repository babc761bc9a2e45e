#include "simulate/build.h"

#include <algorithm>
#include <functional>

#include "argo/gauge.h"

namespace backout::simulate {
namespace {

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

void add_sights(const argo::RolloutSubject& rollout, const argo::Subjects& subjects, double rate,
                Simulation& out) {
  std::vector<argo::Gauge> gauges;
  for (const argo::Stop& stop : out.line.stops) {
    const argo::MetricSubject* const subject = argo::subject_of(stop, rollout, subjects);
    Sight sight;
    sight.gate = stop.gate;
    sight.metric = stop.metric;
    argo::Gauging gauging;
    if (subject) gauging = argo::gauge_of(*subject, stop, out.line, rate);
    sight.unknown = gauging.why_not;
    if (gauging.gauge) {
      sight.requests = gauging.gauge->requests;
      const auto passes = [&](double error_rate) { return gauging.gauge->passes(error_rate); };
      sight.smallest = argo::smallest_caught(passes);
      sight.curve = curve(passes, sight.smallest);
      gauges.push_back(std::move(*gauging.gauge));
    }
    out.sights.push_back(std::move(sight));
  }
  if (gauges.empty()) return;
  const auto all = [&](double error_rate) { return argo::passes_all(gauges, error_rate); };
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
