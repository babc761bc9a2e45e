// What rules about rollouts are asked about: each Rollout with its analyses, each analysis, each
// metric as the analysis runs it. Built once a run from the objects.
#pragma once

#include <deque>
#include <vector>

#include "argo/conclude.h"
#include "argo/gate.h"
#include "argo/manifest.h"
#include "argo/release.h"
#include "argo/rollout.h"
#include "argo/timeline.h"

namespace backout::argo {

// A Rollout, or an Experiment of its own (no steps then).
struct RolloutSubject {
  const Object& object;
  Rollout rollout;
  std::vector<Gate> gates;
  Timeline line;  // of a canary
};

// One analysis; of a template that nobody names: the template on its own.
struct GateSubject {
  const Gate& gate;
  const RolloutSubject* rollout;  // null: the template on its own
  const Object& object;           // the Rollout, the Experiment or the template
};

// One metric of it. The same metric comes once for each analysis that runs it.
struct MetricSubject {
  const Metric& metric;
  const GateSubject& gate;
  const Object& object;  // where it is written
  Conclusions conclusions;
  std::vector<const MetricSubject*> siblings{};  // all metrics of the analysis, in order
};

// Not to be moved: its parts refer to one another and to the objects.
struct Subjects {
  // `release`: of Argo Rollouts, decides the condition language. `empty_as_zero`: see conclude().
  Subjects(const Objects& objects, Release release, bool empty_as_zero = false);
  Subjects(const Subjects&) = delete;
  Subjects& operator=(const Subjects&) = delete;
  std::deque<RolloutSubject> rollouts;
  std::deque<Gate> lone;  // of templates that nobody names
  std::deque<GateSubject> gates;
  std::deque<MetricSubject> metrics;
};

// Whether a change touches what is judged: where it is written, or the rollout that runs it.
[[nodiscard]] bool is_judged(const RolloutSubject& subject);
[[nodiscard]] bool is_judged(const GateSubject& subject);
[[nodiscard]] bool is_judged(const MetricSubject& subject);

}  // namespace backout::argo
