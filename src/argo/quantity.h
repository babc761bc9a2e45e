// What kind of number a query gives, as far as its text says so beyond doubt: a share of a whole, a
// latency, something of which more is good or bad. PromQL has no units; these are read off the form
// of a division and off conventions of names (promql/selectors.h).
#pragma once

#include <cstdint>

#include "promql/parse.h"

namespace backout::argo {

struct Quantity {
  enum class Range : std::uint8_t {
    unknown,
    fraction,  // 0 to 1: some of the requests by all of them
    percent,   // the same times 100
  } range = Range::unknown;
  enum class Good : std::uint8_t { unknown, high, low } good = Good::unknown;
  enum class Unit : std::uint8_t { unknown, seconds, milliseconds } unit = Unit::unknown;
};
[[nodiscard]] Quantity quantity_of(const promql::Query& query);

}  // namespace backout::argo
