// Objects of two revisions that are the same one: equal in kind, namespace and name; of several
// (one an environment), the one that stands in the same file.
#pragma once

#include <vector>

#include "argo/manifest.h"

namespace backout::argo {

// The same object among the others; null when there is none, or several and none in its file.
[[nodiscard]] const Object* counterpart(const Object& object, const Objects& others);

// What the base has and the head no longer. Where the head's file of that name cannot be read, is a
// template now or a patch, nobody knows: left out.
[[nodiscard]] std::vector<const Object*> removed(const Objects& base, const Objects& head);

// Equal in what they mean: comments, style and the order of keys do not count. Null: not there.
[[nodiscard]] bool same(const yaml::Node* a, const yaml::Node* b);

}  // namespace backout::argo
