// A view under the name a table had: what of the table's use by old code it can carry on.
// Facts: a view is automatically updatable when it has one FROM item and no DISTINCT, GROUP BY,
// LIMIT, set operation, WITH, window or aggregate; only its plain columns take values. Measured on
// PostgreSQL 15: TRUNCATE, COPY FROM and foreign keys need a table.
#pragma once

#include <string>
#include <vector>

#include "sql/catalog.h"

namespace backout::sql {

struct StandIn {
  std::vector<std::string> missing;    // columns of the table that the view lacks
  std::vector<std::string> read_only;  // columns that the view computes or takes from elsewhere
  bool takes_writes = false;           // automatically updatable, or by INSTEAD OF triggers
  [[nodiscard]] bool complete() const {
    return missing.empty() && read_only.empty() && takes_writes;
  }
};
[[nodiscard]] StandIn stand_in(const Table& table, const View& view);

// Why old code fails on it, as the end of a message: "the view in its place lacks `a`"; empty when
// it does not.
[[nodiscard]] std::string shortcoming(const StandIn& view);

}  // namespace backout::sql
