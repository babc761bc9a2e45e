// How well one metric sees, in the rollout that runs it: what its conditions conclude from so many
// failing requests of so many, and from that and the traffic the probability that a bad release
// passes. argo/detection.h holds the arithmetic.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "argo/detection.h"
#include "argo/subject.h"
#include "promql/counted.h"

namespace backout::argo {

// `subject` must have a query, and both must outlive the result.
[[nodiscard]] Conclude conclude_counts(const MetricSubject& subject,
                                       const promql::Countable& countable);

// Ready to be asked for any error rate.
struct Gauge {
  std::vector<std::int64_t> requests;               // to the canary, by measurement
  std::map<std::int64_t, OutcomeByCount> outcomes;  // by how many requests it looks at
  Limits limits;

  // The probability that a release passes whose requests fail at that rate (0 to 1).
  [[nodiscard]] double passes(double error_rate) const;
};
struct Gauging {
  std::optional<Gauge> gauge;
  std::string why_not;  // in words: "a dry run stops nothing"
};
// `stop`: of the metric in `line`. `rate`: requests a second of the whole service.
[[nodiscard]] Gauging gauge_of(const MetricSubject& subject, const Stop& stop, const Timeline& line,
                               double rate);

// The metric that a stop of its rollout is about; null when there is none.
[[nodiscard]] const MetricSubject* subject_of(const Stop& stop, const RolloutSubject& rollout,
                                              const Subjects& subjects);

// The probability that a release passes all of them.
[[nodiscard]] double passes_all(const std::vector<Gauge>& gauges, double error_rate);

}  // namespace backout::argo
