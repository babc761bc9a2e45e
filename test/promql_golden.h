// Measured answers of Prometheus (fixtures/promql), and whether a prediction admits one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "promql/outcome.h"

namespace backout::test {

struct Answered {
  std::string type;            // "vector", …; empty on error
  std::vector<double> values;  // flat
  std::string error;
  bool refused = false;  // before evaluation
};

struct GoldenLine {
  std::string id, query, dataset;  // S1, S2, S3a … S5; `all` or `-`
  Answered answer;
};
const std::vector<GoldenLine>& golden_lines();

// The data sets "S1" … "S5", in the order of promql::Situation.
const std::vector<std::string>& data_sets();
// A data set in OpenMetrics text.
std::string open_metrics(const std::string& data_set);
// The time of the golden queries, in seconds.
inline constexpr long golden_time = 1736942400;

// Whether a query's selectors all find series under traffic. A prediction speaks of such alone.
bool finds_series(const promql::Query& query);

bool admits(const promql::Outcome& outcome, const Answered& answer);
std::string show(const promql::Outcome& outcome);
std::string show(const Answered& answer);

}  // namespace backout::test
