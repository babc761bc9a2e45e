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
  std::string message;
};

// `before` and `after`: the same rollout in `base` and `head`.
[[nodiscard]] std::vector<Weakening> weakenings(const RolloutSubject& before, const Subjects& base,
                                                const RolloutSubject& after, const Subjects& head);

// The rollouts of two revisions that are the same one: by kind, namespace and name, and what is
// left over in one file by its place in it.
struct RolloutPair {
  const RolloutSubject* before;
  const RolloutSubject* after;
};
[[nodiscard]] std::vector<RolloutPair> pairs(const Subjects& base, const Subjects& head);

}  // namespace backout::argo
