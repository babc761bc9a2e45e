// What a query returns when so many requests were counted, so many of them failing: the query
// computed on one series of each kind, all growing evenly over every window. For the question how
// large a regression a gate can see.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "promql/parse.h"

namespace backout::promql {

// A query made ready to be computed many times.
struct Countable {
  const Query* query = nullptr;
  double window = 0;  // seconds: the longest range that requests are counted over
  bool scalar = false;
};
// Why not, in words ("it looks at a latency"), when the answer does not follow from the numbers.
struct Counting {
  std::optional<Countable> countable;
  std::string why_not;
};
[[nodiscard]] Counting countable(const Query& query);

// `requests`: in `window`. None: no series.
[[nodiscard]] std::optional<double> counted(const Countable& countable, double failing,
                                            double requests);

}  // namespace backout::promql
