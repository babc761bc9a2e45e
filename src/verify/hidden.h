// Does a filter in a query drop the series that would break the expectation, so that what is left
// always satisfies it? `max(x < 0.01)`, `x unless x > 0.01`.
#pragma once

#include "promql/parse.h"
#include "verify/expectation.h"

namespace backout::verify {

[[nodiscard]] bool hides_breaks(const promql::Query& query, const Expectation& expectation);

}  // namespace backout::verify
