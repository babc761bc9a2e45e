// What a query can return in each situation that a gate meets: an abstract interpretation of PromQL
// over the classes of promql/values.h. Pure and deterministic. A prediction may hold more than can
// happen, never less, as long as selectors mean series that exist under traffic; which selectors
// have no series in which situation is a guess from metric and label names (promql/selectors.h).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "promql/parse.h"
#include "promql/values.h"

namespace backout::promql {

enum class Situation : std::uint8_t {
  no_metric,        // S1: no series of any metric
  no_traffic,       // S2: series exist, counters stand still
  no_failures_yet,  // S3a: traffic, and no series of failures: a healthy canary
  only_failures,    // S3b: traffic, and no series of successes: the worst canary
  one_sample,       // S4: series with one sample
  traffic,          // S5
};
inline constexpr std::size_t situation_count = 6;
[[nodiscard]] std::string_view label(Situation situation);     // "S3a"
[[nodiscard]] std::string_view in_words(Situation situation);  // "no failing series yet"

struct Outcome {
  Type type = Type::vector;   // of the result; unknown: a placeholder decides
  bool empty = false;         // a vector or matrix without elements is possible
  bool fails = false;         // the server may answer with an error instead
  bool several = false;       // more than one element is possible
  Values values;              // of an element, of the scalar
  bool lacks_series = false;  // some selector may have no series here, though the metric has some
  bool unknown = false;       // the whole query is a placeholder: nothing is known

  [[nodiscard]] bool certainly_empty() const { return values.none() && !fails; }

  // The classes as short words in a fixed order: error, empty, NaN, 0, +Inf, -Inf, real, an exact
  // number ("1"), string. Exact numbers are left out beside `real`.
  [[nodiscard]] std::vector<std::string> classes() const;
  // Results to try a condition on, each a vector of values (one value: also the scalar): `[]`,
  // `[NaN]`, `[0]`, `[k]`. Unknown numbers are tried as the given ones that have the sign: a
  // condition's thresholds and their neighbours.
  [[nodiscard]] std::vector<std::vector<double>> witnesses(
      const std::vector<double>& numbers) const;
};

using Outcomes = std::array<Outcome, situation_count>;  // by Situation
// S3 as one: the faces S3a and S3b that leave some selector of the query without series, S3a where
// neither does.
[[nodiscard]] std::vector<Situation> faces_of_s3(const Outcomes& outcomes);
[[nodiscard]] Outcomes outcomes(const Query& query);

}  // namespace backout::promql
