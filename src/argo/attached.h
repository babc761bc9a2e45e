// A metric or a gate in the rollout that runs it, and the objects around it: what rules about
// limits and references ask for.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "argo/subject.h"

namespace backout::argo {

// The time in which a background metric is measured: from where it starts to the end of the steps.
struct Room {
  const Stop* stop = nullptr;
  Seconds begin = 0, length = 0;
};
// None unless it runs in the background of a canary whose steps have a length: no pause waits for
// a person, no analysis is endless, and no placeholder decides.
[[nodiscard]] std::optional<Room> background_room(const MetricSubject& subject);

// Seconds between the first traffic of the canary and the start of the analysis; none for
// templates on their own and for blue-green.
[[nodiscard]] std::optional<Seconds> warm_up(const GateSubject& subject);

// The object that a document is; null when it is none of the run.
[[nodiscard]] const Object* object_of(const Objects& objects, const yaml::Node* document);

// Whether a template of the gate is one of several of its name, as overlays have them: which one
// the rollout gets is not known.
[[nodiscard]] bool is_ambiguous(const GateSubject& subject, const Objects& objects);

// "the background analysis", "step 3", "the pre-promotion analysis", "the experiment in step 2".
[[nodiscard]] std::string words(const Gate& gate);

// A pattern for names of metrics: an entry of `dryRun` or `measurementRetention`.
struct MetricPattern {
  const Object* object;
  const yaml::Node* node;  // metricName
  std::string text;
  std::string error;  // it is no regular expression
  std::vector<const Metric*> matched;
};
// Those of a gate and its templates whose text is known; none while a template is missing.
[[nodiscard]] std::vector<MetricPattern> metric_patterns(const GateSubject& subject,
                                                         const Objects& objects,
                                                         std::string_view field);

}  // namespace backout::argo
