#include "argo/detection.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <tuple>

namespace backout::argo {
namespace {

// Adds up probabilities of k in [first, last], walking away from the most likely k, so that each
// term follows from its neighbour and nothing underflows on the way.
template <class Use>
void for_each_likely(std::int64_t n, double p, const Use& use) {
  if (p <= 0 || p >= 1 || n == 0) {
    use(p >= 1 ? n : 0, 1.0);
    return;
  }
  const double size = static_cast<double>(n);
  const auto mode = std::min(n, static_cast<std::int64_t>(std::floor((size + 1) * p)));
  const auto k = static_cast<double>(mode);
  const double top =
      std::exp(std::lgamma(size + 1) - std::lgamma(k + 1) - std::lgamma(size - k + 1) +
               k * std::log(p) + (size - k) * std::log1p(-p));
  constexpr double negligible = 1e-18;
  const double odds = p / (1 - p);
  double chance = top;
  for (std::int64_t at = mode; at <= n && chance > negligible; ++at) {
    use(at, chance);
    chance *= static_cast<double>(n - at) / static_cast<double>(at + 1) * odds;
  }
  chance = top;
  for (std::int64_t at = mode; at > 0; --at) {
    chance *= static_cast<double>(at) / static_cast<double>(n - at + 1) / odds;
    if (chance <= negligible) break;
    use(at - 1, chance);
  }
}

double& part(Chances& chances, Outcome outcome) {
  switch (outcome) {
    case Outcome::successful:
      return chances.successful;
    case Outcome::failed:
      return chances.failed;
    case Outcome::inconclusive:
      return chances.inconclusive;
    case Outcome::error:
      break;
  }
  return chances.error;
}

}  // namespace

OutcomeByCount::OutcomeByCount(std::int64_t requests, const Conclude& conclude)
    : requests_(requests) {
  constexpr std::int64_t grid = 512;
  const std::int64_t step = std::max<std::int64_t>(1, requests / grid);
  Outcome outcome = conclude(0, requests);
  changes_[0] = outcome;
  for (std::int64_t from = 0; from < requests; from += step) {
    std::int64_t low = from, high = std::min(requests, from + step);
    const Outcome next = conclude(high, requests);
    if (next == outcome) continue;
    while (high - low > 1) {  // the first count that concludes `next`
      const std::int64_t middle = low + (high - low) / 2;
      (conclude(middle, requests) == next ? high : low) = middle;
    }
    changes_[high] = outcome = next;
  }
}

Outcome OutcomeByCount::at(std::int64_t failing) const {
  return std::prev(changes_.upper_bound(failing))->second;
}

Chances measurement_chances(const OutcomeByCount& outcomes, double error_rate) {
  Chances chances;
  double total = 0;
  for_each_likely(outcomes.requests(), error_rate, [&](std::int64_t failing, double chance) {
    part(chances, outcomes.at(failing)) += chance;
    total += chance;
  });
  for (double* value :
       {&chances.successful, &chances.failed, &chances.inconclusive, &chances.error})
    *value /= total;
  return chances;
}

RunChances run_chances(std::span<const Chances> measurements, const Limits& limits) {
  using State = std::tuple<int, int, int>;  // failed, inconclusive, consecutive successes
  std::map<State, double> now{{State{0, 0, 0}, 1.0}};
  RunChances out;
  for (const Chances& measured : measurements) {
    const double counted = measured.successful + measured.failed + measured.inconclusive;
    if (counted <= 0) {  // nothing but errors: more of them in a row than any limit
      for (const auto& [state, chance] : now) out.fails += chance;
      return out;
    }
    std::map<State, double> next;
    for (const auto& [state, chance] : now) {
      const auto [failed, inconclusive, successes] = state;
      const double failing = chance * measured.failed / counted;
      const double unclear = chance * measured.inconclusive / counted;
      const double passing = chance * measured.successful / counted;
      if (limits.failure >= 0 && failed >= limits.failure)
        out.fails += failing;
      else
        next[{limits.failure < 0 ? 0 : failed + 1, inconclusive, 0}] += failing;
      if (inconclusive >= limits.inconclusive)
        out.pauses += unclear;
      else
        next[{failed, inconclusive + 1, 0}] += unclear;
      const int run = limits.success > 0 ? successes + 1 : 0;
      if (limits.success > 0 && run >= limits.success)
        out.passes += passing;
      else
        next[{failed, inconclusive, run}] += passing;
    }
    now = std::move(next);
  }
  for (const auto& [state, chance] : now) {
    if (limits.success == 0 || !limits.counted)
      out.passes += chance;
    else if (limits.failure < 0)
      out.fails += chance;
    else
      out.pauses += chance;
  }
  return out;
}

std::optional<double> smallest_caught(const std::function<double(double)>& passes,
                                      double confidence) {
  const auto caught = [&](double rate) { return passes(rate) <= 1 - confidence; };
  if (!caught(1)) return std::nullopt;
  double low = 0, high = 1;
  if (caught(low)) return 0.0;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (caught(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace backout::argo
