// What a canary rollout does when, computed from its own numbers: a floor, as pods take time to
// start and people take time to answer. Source: rollout/canary.go, analysis/analysis.go and
// utils/replicaset/canary.go of argo-rollouts v1.9.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "argo/gate.h"
#include "argo/rollout.h"
#include "argo/weight.h"

namespace backout::argo {

struct TimelineOptions {
  Seconds pod_start = 0;   // from a pod's creation to its being ready
  Seconds human_wait = 0;  // how long a pause without a duration is taken to last
};

// The time that one step takes.
struct Stretch {
  std::size_t step = 0;  // index; `steps.size()` stands for the jump to 100 % after the last one
  Seconds begin = 0, end = 0;
  int weight = 0;          // percent that is asked for
  double share_begin = 0;  // percent of the traffic that reaches the canary while it runs,
  double share_end = 0;    // and from its end on
  PodCounts pods;          // at its end
  bool waits_for_human = false;
  bool endless = false;       // waits for what never comes (an analysis that has no end)
  bool guarded = false;       // some metric can stop the rollout all the time
  Seconds guarded_until = 0;  // up to here, at least its beginning
};

// When one metric can stop the rollout for the first time, with every measurement bad.
struct Stop {
  std::size_t gate = 0, metric = 0;      // indexes
  Seconds begin = 0, end = 0;            // of the metric's life in this rollout
  std::optional<Seconds> fails, errors;  // earliest phase Failed, Error; none: not before the end
  std::size_t measurements = 0;          // that begin in its life
  double exposure = 0;                   // seconds of all traffic that the canary got until `fails`
};

// What an abort takes when it comes at the worst moment of the steps.
struct Recovery {
  int missing = 0;   // pods that the stable version lacks
  int waves = 0;     // rounds of starting pods until it is whole
  Seconds time = 0;  // waves × (pod_start + minReadySeconds)
  std::size_t step = 0;
};

struct Timeline {
  std::vector<Stretch> stretches;
  std::vector<Stop> stops;  // by gate, metric
  Seconds floor = 0;        // until the jump to 100 % begins
  Recovery worst;
  bool endless = false, waits_for_human = false;
};

[[nodiscard]] Timeline timeline(const Rollout& rollout, std::span<const Gate> gates,
                                const TimelineOptions& options = {});

// How long a metric lives at least: initialDelay and count - 1 intervals. None: it has no end.
[[nodiscard]] std::optional<Seconds> shortest_life(const Metric& metric);
// From the run's start to the first moment the metric can be Failed or, for Error, to the fifth
// (consecutiveErrorLimit + 1) error; errors are retried after 10 s whatever `interval` says. None:
// its limit cannot be exceeded.
[[nodiscard]] std::optional<Seconds> earliest_failed(const Metric& metric);
[[nodiscard]] Seconds earliest_error(const Metric& metric);

// Seconds of all traffic that the canary got until `time` (area under the share of traffic).
[[nodiscard]] double exposure(const Timeline& line, Seconds time);
// The share of the traffic (percent) that reaches the canary at `time`.
[[nodiscard]] double share_at(const Timeline& line, Seconds time);

// What an abort at these weights takes.
[[nodiscard]] Recovery recovery(const Rollout& rollout, PodCounts pods,
                                const TimelineOptions& options = {});

}  // namespace backout::argo
