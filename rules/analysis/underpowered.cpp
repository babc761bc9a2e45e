#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "argo/gauge.h"
#include "argo/served.h"
#include "core/rule.h"

namespace backout {
namespace {

std::string percent(double rate) { return fmt::format("{:.3g} %", rate * 100); }

std::string range(const std::vector<std::int64_t>& requests) {
  const auto [least, most] = std::minmax_element(requests.begin(), requests.end());
  return *least == *most ? fmt::format("{}", *least) : fmt::format("{} to {}", *least, *most);
}

void check(const argo::RolloutSubject& subject, const ManifestContext& context, Report& report) {
  if (subject.object.kind != argo::ObjectKind::rollout || !subject.rollout.canary) return;
  const ServiceConfig* const service = argo::service_of(context.config, subject.object);
  if (!service || !(service->rps > 0)) return;
  std::vector<argo::Gauge> gauges;
  std::vector<Note> notes;
  std::vector<std::int64_t> requests;
  const argo::Gate* first = nullptr;
  for (const argo::Stop& stop : subject.line.stops) {
    const argo::MetricSubject* const metric = argo::subject_of(stop, subject, context.subjects);
    if (!metric) continue;
    argo::Gauging gauging = argo::gauge_of(*metric, stop, subject.line, service->rps);
    if (!gauging.gauge) continue;
    const argo::Gauge& gauge = *gauging.gauge;
    const auto caught =
        argo::smallest_caught([&](double error_rate) { return gauge.passes(error_rate); });
    notes.push_back({std::nullopt,
                     fmt::format("metric `{}`: {} requests a measurement, {} of them; {}",
                                 metric->metric.name, range(gauge.requests), gauge.requests.size(),
                                 caught ? "catches " + percent(*caught) : "catches nothing")});
    requests.insert(requests.end(), gauge.requests.begin(), gauge.requests.end());
    if (!first) first = &metric->gate.gate;
    gauges.push_back(std::move(*gauging.gauge));
  }
  if (gauges.empty() || !first->node) return;
  const auto caught =
      argo::smallest_caught([&](double rate) { return argo::passes_all(gauges, rate); });
  const double wanted = static_cast<double>(context.config.thresholds.regression) / 100;
  if (caught && *caught <= wanted) return;
  ReportOptions options;
  options.notes = std::move(notes);
  report(subject.object, *first->node,
         fmt::format("at {:g} requests a second a measurement of rollout `{}` looks at {} requests "
                     "to the canary: {}",
                     service->rps, subject.object.name, range(requests),
                     caught ? fmt::format("the smallest error rate that the gates catch with 95 % "
                                          "is {}, not {}",
                                          percent(*caught), percent(wanted))
                            : "the gates catch no error rate at all with 95 %, not even 100 %"),
         std::move(options));
}

}  // namespace

namespace rules {
extern constinit const Rule analysis_underpowered{
    .id = "analysis/underpowered",
    .summary = "too few requests for the gates to see a bad release",
    .letters = "-",
    .severity = Severity::warning,
    .why =
        "A share of 30 requests jumps by 3 points with each of them, so a bad release often looks "
        "good, and only a very bad one surely does not. What the gates can see follows from the "
        "requests a second, which `services.NAME.rps` of the configuration gives, the canary's "
        "weight, the window of the query, the number of measurements and their limits.",
    .instead =
        "1. Give the canary more traffic before it is judged: a weight of 20 or 30.\n2. Measure "
        "longer: a larger count, or a longer window.\n3. Look at what would be enough: `backout "
        "simulate`.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
