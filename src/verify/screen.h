// Could this query "recover" although nothing was measured? Asked of the query's text, before any
// server is: what PromQL returns when the metric is missing, without traffic and when every request
// fails (promql/outcome.h), held against the expectation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "verify/expectation.h"

namespace backout::verify {

struct Screening {
  // Why the query proves nothing: "the metric is missing: 0 satisfies < 0.01".
  std::vector<std::string> passes;
  std::string advice;  // with `passes`: how to write it; a query in backquotes where one is known
  std::vector<std::string> warnings;
  std::string unread;  // why the query cannot be read here, a dialect perhaps: nothing is known
};

// usage: the query is neither a vector nor a scalar.
[[nodiscard]] Result<Screening> screen(std::string_view query, const Expectation& expectation);

// The same query on one line, without its comments; as it is where it cannot be read.
[[nodiscard]] std::string one_line(std::string_view query);

}  // namespace backout::verify
