// What of a rollout's gates a change weakens: the analyses that reach it, with their templates and
// arguments, before and after.
#pragma once

#include <string>
#include <vector>

#include "argo/subject.h"

namespace backout::argo {

struct Weakening {
  const Object* object;    // of the head: where to look
  const yaml::Node* node;  // in it
  std::string aspect;      // what is weakened: "metric `p95`", "the steps"
  std::string message;
};

// `before` and `after`: the same rollout in `base` and `head`.
[[nodiscard]] std::vector<Weakening> weakenings(const RolloutSubject& before, const Subjects& base,
                                                const RolloutSubject& after, const Subjects& head);

// Metrics that change in a way nobody can weigh, with the reason.
[[nodiscard]] std::vector<Weakening> undecided(const RolloutSubject& before, const Subjects& base,
                                               const RolloutSubject& after, const Subjects& head);

// The rollouts of two revisions that are the same one: by kind, namespace and name; after a rename
// the only one that went and the only one that came in a file, then whose fields are most alike.
struct RolloutPair {
  const RolloutSubject* before;
  const RolloutSubject* after;
};
[[nodiscard]] std::vector<RolloutPair> pairs(const Subjects& base, const Subjects& head);

}  // namespace backout::argo
