// What one measurement of a metric concludes when nothing is there to be measured: every answer the
// provider can give then, run through the conditions as the controller does it; and the same for
// typical answers with data. Sources of the answers: metricproviders/* of argo-rollouts v1.9.1; for
// Prometheus promql/outcome.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "argo/gate.h"
#include "expr/condition.h"
#include "promql/outcome.h"

namespace backout::argo {

// One answer and what comes of it.
struct Witness {
  std::string value;  // "[]", "[NaN]", "[0]", "nil", "an error of the server"
  expr::Phase phase = expr::Phase::error;
  std::string error;  // phase Error: why
};

// A situation in which answers are given.
struct Situation {
  enum class Kind : std::uint8_t {
    no_data,      // nothing was ever measured: no series, no points, no rows
    no_traffic,   // there is something, and it stands still
    one_sample,   // too little to compute from
    no_failures,  // a healthy canary that no request has failed yet
    all_failing,  // the worst canary: nothing has succeeded
    traffic,
  };
  Kind kind = Kind::no_data;
  std::string words;          // "no series of the metric"
  bool lacks_series = false;  // some part of the query has none here, though there is traffic
  std::vector<Witness> witnesses;

  [[nodiscard]] bool can(expr::Phase phase) const;
  [[nodiscard]] bool always(expr::Phase phase) const;  // false without witnesses
  [[nodiscard]] const Witness* first(expr::Phase phase) const;
};
// Whether requests were measured in it: if not, passing proves nothing.
[[nodiscard]] bool without_samples(Situation::Kind kind);

// A typical answer that holds data, and what the conditions make of it.
struct Trial {
  std::string value;             // "[0.05]"
  std::optional<double> number;  // the one it holds
  expr::Measurement measured;
};

// Why a condition gives an Error for every typical answer.
struct Futility {
  bool of_failure_condition = false;
  bool only_here = false;  // the other engine takes it
  expr::Problem problem;
};

struct Conclusions {
  std::vector<Situation> situations;  // none: see below
  std::string unknown;                // why nothing can be said: "the plugin decides"
  expr::Condition success, failure;   // as they were read, also when nothing can be said
  // Of Prometheus, when it parses: what the query is, for rules that walk it.
  std::optional<promql::Query> query;
  std::optional<promql::Problem> query_problem;
  // None: nobody knows what the provider answers, or it does not ask the conditions.
  std::vector<Trial> trials;
  std::vector<Futility> futile;  // of conditions whose text is known
  bool empty_as_zero = false;    // as it was asked for
};
// `empty_as_zero`: where Prometheus may answer with no series, also judge what a 0 would give.
[[nodiscard]] Conclusions conclude(const Metric& metric, expr::Engine engine,
                                   bool empty_as_zero = false);

// Numbers worth trying on conditions: their literals, a little less and more, 0, 1, -1 and a large
// one.
[[nodiscard]] std::vector<double> boundaries(const expr::Condition& success,
                                             const expr::Condition& failure);

// Fills `trials` and `futile` (argo/trial.cpp).
void try_data(const Metric& metric, Conclusions& conclusions);

// "[0.05]", "[NaN]", as the controller's log shows a value.
[[nodiscard]] std::string show(const std::vector<double>& vector);

}  // namespace backout::argo
