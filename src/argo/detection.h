// What a gate can see: the probability that a release whose requests fail at a given rate passes
// a metric's measurements. Exact binomial; requests are taken to fail independently, and
// measurements to look at different requests.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace backout::argo {

enum class Outcome : std::uint8_t { successful, failed, inconclusive, error };

// What a metric concludes from `failing` of `requests` requests.
using Conclude = std::function<Outcome(std::int64_t failing, std::int64_t requests)>;

// What one measurement of so many requests concludes for each count of failing ones, asked once:
// conditions compare with thresholds, so the answer changes a few times at most.
class OutcomeByCount {
 public:
  OutcomeByCount(std::int64_t requests, const Conclude& conclude);
  [[nodiscard]] std::int64_t requests() const { return requests_; }
  [[nodiscard]] Outcome at(std::int64_t failing) const;

 private:
  std::int64_t requests_;
  std::map<std::int64_t, Outcome> changes_;  // from this count on
};

// Probabilities of one measurement; they add up to 1.
struct Chances {
  double successful = 0, failed = 0, inconclusive = 0, error = 0;
};
[[nodiscard]] Chances measurement_chances(const OutcomeByCount& outcomes, double error_rate);

// The limits of a metric (argo/rollout.h), for measurements one after another. Each measurement
// that is an Error is taken again; errors count only when there is nothing else.
struct Limits {
  int failure = 0, inconclusive = 0, success = 0;  // success: consecutiveSuccessLimit, 0: off
  bool counted = true;  // false: the run is cut off, so that what has exceeded no limit has passed
};
struct RunChances {
  double passes = 0, fails = 0, pauses = 0;
};
// analysis/analysis.go: failed > limit ends it Failed, inconclusive > limit Inconclusive; the end
// reached is Successful, with a consecutiveSuccessLimit not reached Inconclusive (Failed when
// failureLimit is -1).
[[nodiscard]] RunChances run_chances(std::span<const Chances> measurements, const Limits& limits);

// The smallest error rate (0 to 1) at which `passes` drops to 1 - `confidence` or below; it must
// not grow with the rate. None: not even a release that fails every request is caught.
[[nodiscard]] std::optional<double> smallest_caught(const std::function<double(double)>& passes,
                                                    double confidence = 0.95);

}  // namespace backout::argo
