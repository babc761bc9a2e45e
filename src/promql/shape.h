// The parts of a query that rules ask for.
#pragma once

#include <optional>
#include <vector>

#include "promql/parse.h"

namespace backout::promql {

// `x or vector(0)`, parentheses aside.
struct Fallback {
  const Expr* expr;  // the `or`
  double value;
};

struct Division {
  const Expr* expr;
  // The denominator can be 0, or is NaN, while series exist and stand still: nothing such as `> 0`
  // or clamp_min keeps it away.
  bool unguarded;
  std::optional<Fallback> fallback;  // of the denominator
};

struct Shape {
  std::vector<const Expr*> selectors;
  std::vector<const Expr*> windows;  // ranges and subqueries
  std::vector<const Expr*> aggregations;
  std::vector<const Expr*> calls;
  std::vector<const Expr*> quantiles;     // calls and aggregations that compute one
  std::vector<const Expr*> raw_counters;  // selectors of counters used as they are, without a rate
  std::vector<Division> divisions;
  std::optional<Fallback> fallback;  // of the whole query
  bool ratio = false;                // one division makes the result, scaled or bounded perhaps
  bool percent = false;              // it is scaled by 100
};
// Points into `query`.
[[nodiscard]] Shape shape_of(const Query& query);

}  // namespace backout::promql
