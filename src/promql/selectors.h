// What the names in a selector say about its series: what kind of number they hold, and in which
// situations they exist. PromQL has no such facts; these are conventions of metric and label names.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "promql/outcome.h"

namespace backout::promql {

enum class Presence : std::uint8_t { no, maybe, yes };

struct Series {
  // What its values are in S2 … S5.
  enum class Kind : std::uint8_t {
    counter,
    bucket,     // of a histogram: single ones may stay 0 under traffic
    gauge,      // any number
    amount,     // a gauge that is never negative
    measured,   // a quantile, ratio or latency: NaN when idle
    recorded,   // the name of a recording rule: any number, NaN when idle
    flag,       // up: 0 or 1
    info,       // always 1
    timestamp,  // positive
    unknown,    // named by a pattern or a placeholder
  } kind = Kind::gauge;
  bool events = false;         // counts failures, restarts: 0 is normal, also under traffic
  bool several_names = false;  // may hold series of several metrics
  // Outcomes its matchers let through.
  Presence good = Presence::yes, between = Presence::yes, bad = Presence::yes;
  int restrictions = 0;   // matchers that say so
  bool unsure = false;    // an outcome label with a value that is not known, or a part of the whole
  bool doubtful = false;  // matchers that look as if they could select nothing at all

  bool counter_name = false;    // named as counters are
  bool single_buckets = false;  // `{le="0.5"}`: may have seen nothing, also under traffic

  [[nodiscard]] bool only_good() const { return good != Presence::no && bad == Presence::no; }
  [[nodiscard]] bool only_bad() const { return bad != Presence::no && good == Presence::no; }
  [[nodiscard]] Presence presence(Situation situation) const;
  // Of an instant selector.
  [[nodiscard]] Values values(Situation situation) const;
  // Of a rate over series that move as they do in S5 (or in S3a and S3b).
  [[nodiscard]] Values rates(Situation situation) const;

 private:
  [[nodiscard]] bool rates_are_positive() const;
};

// By the selector's node.
using SeriesOf = std::unordered_map<const Expr*, Series>;
[[nodiscard]] SeriesOf series_of(const Expr& root);

}  // namespace backout::promql
